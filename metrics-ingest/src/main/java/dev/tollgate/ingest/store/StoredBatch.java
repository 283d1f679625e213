package dev.tollgate.ingest.store;

/// What became of the rows of a batch. The counts sum to the rows that were given.
///
/// @param stored rows in the raw table
/// @param duplicates rows whose key was there already; their hours are marked for recomputation
/// @param refused rows that the database would not take
public record StoredBatch(int stored, int duplicates, int refused) {}
