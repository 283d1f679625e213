package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.tenant.Tenant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Decides about requests. Safe for use by several threads.
public interface QuotaGate {

    /// Answers exactly once: on the caller's thread before returning when the answer is known in memory, else on
    /// `eventLoop` within 50 ms.
    ///
    /// @param routePolicy the route's quota policy: it holds beside the tenant's own limits where the
    ///     tenant has one of this name; empty for none
    /// @param cost tokens that the request takes from every quota, at least 1
    void admit(Tenant tenant, String routePolicy, long cost, Executor eventLoop, Consumer<QuotaDecision> answer);

    /// Counts database queries that an upstream reported for a request of the tenant. They are known only afterwards:
    /// once `db_queries_per_hour` is reached, further requests are denied.
    ///
    /// @param count not negative
    void reportDbQueries(Tenant tenant, long count);
}
