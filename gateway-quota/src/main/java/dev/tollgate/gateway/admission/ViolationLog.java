package dev.tollgate.gateway.admission;

import org.jspecify.annotations.Nullable;

/// Takes note of denials. Safe for use by several threads; never waits.
public interface ViolationLog {

    /// Counts one denied request.
    ///
    /// @param route the route's name, empty when there is none
    /// @param endpoint path without query
    void record(String tenantId, QuotaState exhausted, String route, @Nullable String endpoint);
}
