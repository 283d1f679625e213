package dev.tollgate.ingest.intake.accesslog;

import java.time.YearMonth;
import java.util.List;

/// What an import found and did. `requests` = `accepted` + `repeated` + `conflicting` + `refused`.
///
/// @param lines without blank ones
/// @param requests lines that tell a request and its tenant
/// @param accepted requests that were new
/// @param repeated requests that an earlier import had brought
/// @param conflicting requests whose identity is taken by another one
/// @param refused requests that the intake found invalid; part of `bad`
/// @param bad lines that could not be used
/// @param badLines the first of them
/// @param tenantsRegistered tenants that were unknown
/// @param months UTC months with requests, ascending
/// @param tenants every tenant of the log, most requests first
public record ImportSummary(
        long lines,
        long requests,
        long accepted,
        long repeated,
        long conflicting,
        long refused,
        long bad,
        List<BadLine> badLines,
        int tenantsRegistered,
        List<YearMonth> months,
        List<TenantUsage> tenants) {

    public record BadLine(long number, String reason) {}

    /// @param errors answers of 400 and above
    public record TenantUsage(String tenantId, long requests, long errors, long bytesSent) {}
}
