package dev.tollgate.ingest.partition;

import java.time.YearMonth;

/// A month of raw events in a file that was compared with the table.
///
/// @param rows, voids, units, fingerprint as in `TenantTotals`, over all tenants
/// @param fileName without its folder
/// @param sha256 of the file as it lies there, lower-case hexadecimal
public record MonthExport(
        YearMonth month,
        long rows,
        long voids,
        long units,
        long fingerprint,
        String fileName,
        long fileBytes,
        String sha256) {}
