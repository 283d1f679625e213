package dev.tollgate.gateway.violation;

import org.jspecify.annotations.Nullable;

/// Takes note of denials. Safe for use by several threads; never waits.
public interface ViolationLog {

    /// Counts one denied request.
    ///
    /// @param quota the quota's name, 1 to 64 characters, for example `requests_per_minute`
    /// @param limit the limit that was spent
    /// @param current what the quota held when it denied
    /// @param route the route's name, empty when there is none
    /// @param endpoint path without query
    void record(String tenantId, String quota, long limit, long current, String route, @Nullable String endpoint);
}
