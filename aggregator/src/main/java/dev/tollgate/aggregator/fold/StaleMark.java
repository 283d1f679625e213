package dev.tollgate.aggregator.fold;

/// An hour to be recomputed from the raw table once ingest has stored everything up to `logPosition`.
///
/// @param reason `late`, `duplicate`, `difference` or `no-state`
public record StaleMark(HourKey key, long logPosition, String reason) {}
