package dev.tollgate.schema.database;

/// What a migration did.
///
/// @param version the schema's version now
/// @param migrationsApplied how many migrations this call applied; 0 when the schema was current
/// @param monthsMade how many partitions of raw events this call made
public record Migrated(String version, int migrationsApplied, int monthsMade) {}
