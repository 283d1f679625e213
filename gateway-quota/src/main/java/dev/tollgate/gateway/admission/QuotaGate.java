package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.tenant.Tenant;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// Decides about requests. Safe for use by several threads.
public interface QuotaGate {

    /// Answers exactly once: on the caller's thread before returning when the answer is known in memory, else on
    /// `eventLoop` within 50 ms.
    ///
    /// @param cost tokens that the request takes from every quota, at least 1
    void admit(Tenant tenant, long cost, Executor eventLoop, Consumer<QuotaDecision> answer);
}
