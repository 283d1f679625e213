package dev.tollgate.ingest.intake.accesslog;

import java.time.LocalDate;
import java.util.Collection;

/// Where tenants of a log become known.
public interface TenantRegistry {

    /// Throws `IllegalArgumentException` when there is no such plan.
    void requirePlan(String planId);

    /// What became of tenants.
    ///
    /// @param registered were unknown, and have the plan now
    /// @param keepingAnotherPlan were known, and have another plan on some day of those asked for
    record Registration(int registered, int keepingAnotherPlan) {
        static final Registration NONE = new Registration(0, 0);
    }

    /// Registers those that are unknown, with a plan from a day on; known ones keep theirs.
    Registration register(Collection<String> tenantIds, String planId, LocalDate from);
}
