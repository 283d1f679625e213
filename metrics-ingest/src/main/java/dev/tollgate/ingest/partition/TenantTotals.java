package dev.tollgate.ingest.partition;

/// What one tenant has in a month of raw events.
///
/// @param rows all rows
/// @param voids rows among them that take another event back
/// @param units sum of units, those of voids subtracted
/// @param fingerprint as `EventFingerprint` sums it, a void with its units negative
public record TenantTotals(String tenantId, long rows, long voids, long units, long fingerprint) {}
