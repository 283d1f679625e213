package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.tenant.Tenant;
import org.jspecify.annotations.Nullable;

/// What is said to a request that may not pass.
///
/// @param tenantId the tenant, or [#UNKNOWN_TENANT]
/// @param reason for the log, where it may say more than the client is told
/// @param spent the quota that stopped it; null when another reason did
public record Refused(
        String tenantId,
        ProblemResponse answer,
        String reason,
        @Nullable Spent spent) {

    /// Stands for the tenant of a request whose tenant is not known.
    public static final String UNKNOWN_TENANT = "-";

    /// A spent quota.
    ///
    /// @param routePolicy the route's quota policy; empty for none
    /// @param retrySeconds the value of `Retry-After`
    public record Spent(Tenant tenant, String routePolicy, QuotaState state, long retrySeconds) {}

    /// The log says what the client is told.
    public static Refused of(String tenantId, ProblemResponse answer) {
        return new Refused(tenantId, answer, answer.reason(), null);
    }
}
