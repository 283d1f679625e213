package dev.tollgate.console.usage;

import java.time.Instant;
import java.util.List;

/// Reads usage for the pages.
public interface UsageReport {

    /// How many tenants one page shows at most.
    int TENANTS_MAX = 100;

    /// How many hours one page shows at most.
    int HOURS_MAX = 48;

    /// Tenants by requests since a moment, the busiest first; at most [#TENANTS_MAX].
    List<TenantUsage> busiest(Instant since);

    /// The latest hours of a tenant, the latest first; at most [#HOURS_MAX].
    List<HourUsage> latestHours(String tenantId);
}
