package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.ZoneId;
import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A request that waits for the ledger. `answered` is touched only under the monitor of its [TenantLeases]; whoever
/// sets it delivers the answer.
final class Waiter {

    final TenantLeases leases;
    final QuotaPolicy policy;
    final ZoneId zone;
    final long cost;
    final long deadlineNanos;
    boolean answered;

    private final Executor eventLoop;
    private final Consumer<QuotaDecision> answer;

    /// @param policy the row's limits, and what holds when the ledger does not answer in time
    /// @param zone rules the calendar windows
    Waiter(
            TenantLeases leases,
            QuotaPolicy policy,
            ZoneId zone,
            long cost,
            long deadlineNanos,
            Executor eventLoop,
            Consumer<QuotaDecision> answer) {
        this.leases = leases;
        this.policy = policy;
        this.zone = zone;
        this.cost = cost;
        this.deadlineNanos = deadlineNanos;
        this.eventLoop = eventLoop;
        this.answer = answer;
    }

    /// Hands the decision to the request's event loop. Never called under a monitor.
    void deliver(QuotaDecision decision) {
        eventLoop.execute(() -> answer.accept(decision));
    }
}
