package dev.tollgate.gateway.admission;

import java.util.concurrent.Executor;
import java.util.function.Consumer;

/// A request that waits for the ledger. `answered` is touched only under the monitor of its [TenantLeases]; whoever
/// sets it delivers the answer.
final class Waiter {

    final TenantLeases leases;
    final long cost;
    final long deadlineNanos;
    boolean answered;

    private final Executor eventLoop;
    private final Consumer<QuotaDecision> answer;

    Waiter(TenantLeases leases, long cost, long deadlineNanos, Executor eventLoop, Consumer<QuotaDecision> answer) {
        this.leases = leases;
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
