package dev.tollgate.ingest.intake.accesslog;

import dev.tollgate.ingest.intake.accesslog.TenantRegistry.Registration;
import java.time.YearMonth;
import java.util.List;

/// What an import found and did. `requests` = `accepted` + `repeated` + `conflicting`, and
/// `lines` = `requests` + `bad`.
///
/// @param lines without blank ones
/// @param requests lines that tell a request and its tenant, and that the intake may take
/// @param accepted requests that were new
/// @param repeated requests that an earlier import had brought
/// @param conflicting requests whose identity is taken by another one
/// @param bad lines that could not be used; they count nowhere else
/// @param badLines the first of them
/// @param registration what became of the log's tenants
/// @param months UTC months with requests, ascending
/// @param tenants every tenant with requests, most requests first
public record ImportSummary(
        long lines,
        long requests,
        long accepted,
        long repeated,
        long conflicting,
        long bad,
        List<BadLine> badLines,
        Registration registration,
        List<YearMonth> months,
        List<TenantUsage> tenants) {

    public record BadLine(long number, String reason) {}

    /// @param errors answers of 400 and above
    public record TenantUsage(String tenantId, long requests, long errors, long bytesSent) {}
}
