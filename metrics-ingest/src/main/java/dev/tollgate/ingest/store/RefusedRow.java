package dev.tollgate.ingest.store;

/// A row that the database would not take, with its reason.
///
/// @param ordinal index of its record in the batch
public record RefusedRow(int ordinal, String reason) {}
