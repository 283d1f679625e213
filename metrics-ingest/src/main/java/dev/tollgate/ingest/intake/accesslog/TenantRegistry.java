package dev.tollgate.ingest.intake.accesslog;

import java.time.LocalDate;
import java.util.Collection;

/// Where tenants of a log become known.
public interface TenantRegistry {

    /// Throws `IllegalArgumentException` when there is no such plan.
    void requirePlan(String planId);

    /// Registers those that are unknown, with a plan from a day on; answers how many those were.
    int register(Collection<String> tenantIds, String planId, LocalDate from);
}
