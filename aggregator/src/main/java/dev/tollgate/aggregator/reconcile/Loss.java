package dev.tollgate.aggregator.reconcile;

/// Sequences of a source, both ends included, that were published and are not stored.
///
/// @param note what else is known of the source, for people
public record Loss(String source, long from, long to, String note) {}
