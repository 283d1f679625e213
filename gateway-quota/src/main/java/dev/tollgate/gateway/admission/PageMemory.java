package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import org.jspecify.annotations.Nullable;

/// The part of a page that decides from memory: the leases that can be spent and the denials remembered. It is what
/// almost every request touches: the lease to spend from next stands in a field of its own, and nothing stands here
/// that a decision does not need, so that a page that is not in the processor's cache costs few lines of it.
///
/// Every field but the volatile ones is guarded by the page's monitor.
abstract sealed class PageMemory permits TenantLeases {

    final String tenantId;
    final HeldLeases leases = new HeldLeases();

    @Nullable
    QuotaLease current;

    @Nullable
    QuotaPolicy policy;

    private @Nullable Refusals refusals;

    /// Tokens used since the rate was last looked at.
    long spent;

    /// The next lease is asked for when so many tokens are left.
    long lowWater = -1;
    long touchedNanos;
    boolean prefetch;
    volatile @Nullable DbQueryQuota dbQueries;

    /// The page is no longer in the book. It changes under the monitor.
    volatile boolean retired;

    PageMemory(String tenantId, long nowNanos) {
        this.tenantId = tenantId;
        this.touchedNanos = nowNanos;
    }

    final String tenantId() {
        return tenantId;
    }

    /// The row's route policy; empty for the tenant's own limits.
    abstract String routePolicy();

    final boolean isRetired() {
        return retired;
    }

    /// The tenant's database queries; null when none were reported lately.
    final @Nullable DbQueryQuota dbQueries() {
        return dbQueries;
    }

    /// Asks for an exchange.
    abstract void queue();

    /// Decides from what is held or remembered; null when only the ledger can tell.
    synchronized @Nullable QuotaDecision decide(QuotaPolicy inForce, long cost, long nowNanos) {
        touch(inForce, nowNanos);
        return fromMemory(cost, nowNanos);
    }

    /// The denial that holds for a request of this cost; null when there is none. Takes nothing.
    synchronized @Nullable QuotaDecision remembers(QuotaPolicy inForce, long cost, long nowNanos) {
        touch(inForce, nowNanos);
        return remembered(cost, nowNanos);
    }

    final @Nullable QuotaDecision fromMemory(long cost, long nowNanos) {
        LeaseAdmission admission = take(cost, nowNanos);
        return admission != null ? new QuotaDecision.Admitted(admission) : remembered(cost, nowNanos);
    }

    private void touch(QuotaPolicy inForce, long nowNanos) {
        touchedNanos = nowNanos;
        if (!inForce.equals(policy)) {
            // It may have more room: the memory of denials under the old one is void.
            refusals = null;
            policy = inForce;
        }
    }

    private @Nullable LeaseAdmission take(long cost, long nowNanos) {
        QuotaLease lease = current;
        if (lease == null || !lease.spend(cost, nowNanos)) {
            lease = leases.spend(cost, nowNanos);
            if (lease == null) {
                return null;
            }
            current = lease;
        }
        spent += cost;
        lease.pin();
        if (lease.spendable(nowNanos) <= lowWater && !prefetch && leases.spendable(nowNanos) <= lowWater) {
            prefetch = true;
            queue();
        }
        return new LeaseAdmission(this, lease, cost, lease.current(), nowNanos);
    }

    private @Nullable QuotaDecision remembered(long cost, long nowNanos) {
        Refusals held = refusals;
        Refusal refusal = held == null ? null : held.find(cost, nowNanos);
        return refusal == null ? null : refusal.decision(tenantId, routePolicy(), nowNanos);
    }

    final void remember(Refusal refusal, long nowNanos) {
        Refusals held = refusals;
        if (held == null) {
            held = new Refusals();
            refusals = held;
        }
        held.add(refusal, nowNanos);
    }

    /// Tokens came: requests that cost no more can have some.
    final void forgetUpTo(long tokens) {
        Refusals held = refusals;
        if (held != null) {
            held.granted(tokens);
            refusals = held.isEmpty() ? null : held;
        }
    }

    final void add(QuotaLease lease) {
        leases.add(lease);
        current = lease;
    }

    /// Lets go of the lease to spend from when it is over, so that it can be forgotten.
    final void dropCurrent(long nowNanos) {
        if (current != null && !current.isLive(nowNanos)) {
            current = null;
        }
    }
}
