package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.tenant.Tenant;
import org.jspecify.annotations.Nullable;

/// What is known of a request's caller.
public sealed interface CallerLookup {

    /// The credentials are good.
    ///
    /// @param userId the tenant's user, fit for an event; null when the credentials name none
    /// @param credentials as they go on from here
    record Known(Tenant tenant, @Nullable String userId, Credentials credentials) implements CallerLookup {}

    /// The request goes no further.
    ///
    /// @param tenant the tenant's id, or [dev.tollgate.gateway.proxy.Refused#UNKNOWN_TENANT]
    /// @param reason for the log; never holds a secret
    record Refused(String tenant, ProblemResponse answer, String reason) implements CallerLookup {}
}
