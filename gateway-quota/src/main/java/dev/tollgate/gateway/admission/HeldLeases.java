package dev.tollgate.gateway.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// The leases of one page: those that can be spent, those that ended but are pinned, and the settlements of those that
/// are finished. Touched only under the monitor of the [TenantLeases] that it belongs to.
final class HeldLeases {

    /// Leases kept open, so that tokens can be given back to them; the oldest is finished for a new one. Three gateways
    /// with as many stay below what a ledger row remembers.
    static final int LEASES_MAX = 16;

    /// Settlements kept while the ledger is away; further ones are forfeited: their tokens stay used.
    static final int UNSETTLED_MAX = 32;

    /// How long after its end a lease stays pinned: shorter than the ledger's grace for settlements (2 min).
    static final long PIN_NANOS_MAX = TimeUnit.SECONDS.toNanos(8);

    private final List<QuotaLease> held = new ArrayList<>(1);
    private @Nullable Deque<LeaseSettlement> unsettled;

    /// Takes the tokens from one lease and returns it; null when none has as many.
    @Nullable
    QuotaLease spend(long cost, long nowNanos) {
        for (int i = 0; i < held.size(); i++) {
            QuotaLease lease = held.get(i);
            if (lease.spend(cost, nowNanos)) {
                return lease;
            }
        }
        return null;
    }

    long spendable(long nowNanos) {
        long tokens = 0;
        for (int i = 0; i < held.size(); i++) {
            tokens += held.get(i).spendable(nowNanos);
        }
        return tokens;
    }

    void add(QuotaLease lease) {
        if (held.size() >= LEASES_MAX) {
            finish(held.removeFirst());
        }
        held.add(lease);
    }

    /// Finishes leases that are over and not pinned (any more), and empty ones when there is no room to keep them open.
    ///
    /// @return when leases that this call found over and pinned must be finished at the latest; null for none
    @Nullable
    Long finishEnded(long nowNanos) {
        Long pinnedUntil = null;
        for (int i = 0; i < held.size(); ) {
            QuotaLease lease = held.get(i);
            boolean crowded = held.size() >= LEASES_MAX && lease.isEmpty() && !lease.isPinned();
            long pinEndNanos = lease.endNanos() + PIN_NANOS_MAX;
            if (!crowded && lease.isLive(nowNanos)) {
                i++;
            } else if (!crowded && lease.isPinned() && nowNanos - pinEndNanos < 0) {
                if (!lease.isEnded()) {
                    lease.end();
                    pinnedUntil = pinEndNanos;
                }
                i++;
            } else {
                finish(held.remove(i));
            }
        }
        return pinnedUntil;
    }

    void finishAll() {
        while (!held.isEmpty()) {
            finish(held.removeFirst());
        }
    }

    /// What the next exchange carries.
    List<LeaseSettlement> nextSettlements() {
        Deque<LeaseSettlement> waiting = unsettled;
        return waiting == null
                ? List.of()
                : waiting.stream().limit(QuotaLedger.SETTLEMENTS_MAX).toList();
    }

    /// The ledger has taken the first so many settlements.
    void settled(int count) {
        Deque<LeaseSettlement> waiting = unsettled;
        for (int i = 0; i < count && waiting != null; i++) {
            waiting.removeFirst();
        }
        if (waiting != null && waiting.isEmpty()) {
            unsettled = null;
        }
    }

    boolean hasUnsettled() {
        return unsettled != null;
    }

    boolean isEmpty() {
        return held.isEmpty() && unsettled == null;
    }

    /// Of a lease whose grant never arrived, nothing was used.
    void lost(long number) {
        settle(new LeaseSettlement(number, 0, 0, 0));
    }

    private void finish(QuotaLease lease) {
        settle(lease.finish());
    }

    private void settle(LeaseSettlement settlement) {
        Deque<LeaseSettlement> waiting = unsettled;
        if (waiting == null) {
            waiting = new ArrayDeque<>(2);
            unsettled = waiting;
        }
        if (waiting.size() < UNSETTLED_MAX) {
            waiting.add(settlement);
        }
    }
}
