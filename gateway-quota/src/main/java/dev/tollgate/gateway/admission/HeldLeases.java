package dev.tollgate.gateway.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The leases of one tenant: those that can be spent, and the settlements of those that ended. Touched only under the
/// monitor of the [TenantLeases] that it belongs to.
final class HeldLeases {

    /// Leases kept open, so that tokens can be given back to them; the oldest is finished for a new one.
    static final int LEASES_MAX = 4;

    /// Settlements kept while the ledger is away; further ones are forfeited: their tokens stay used.
    static final int UNSETTLED_MAX = 8;

    private final List<QuotaLease> held = new ArrayList<>(2);
    private final Deque<LeaseSettlement> unsettled = new ArrayDeque<>(2);
    private long forfeited;

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

    void add(QuotaLease lease, long nowNanos) {
        finishEnded(nowNanos);
        if (held.size() >= LEASES_MAX) {
            finish(held.removeFirst());
        }
        held.add(lease);
    }

    /// Finishes leases that are over, and empty ones when there is no room to keep them open.
    void finishEnded(long nowNanos) {
        for (int i = 0; i < held.size(); ) {
            QuotaLease lease = held.get(i);
            boolean crowded = held.size() >= LEASES_MAX && lease.isEmpty();
            if (crowded || !lease.isLive(nowNanos)) {
                finish(held.remove(i));
            } else {
                i++;
            }
        }
    }

    void finishAll() {
        while (!held.isEmpty()) {
            finish(held.removeFirst());
        }
    }

    /// What the next exchange carries.
    List<LeaseSettlement> nextSettlements() {
        return unsettled.stream().limit(QuotaLedger.SETTLEMENTS_MAX).toList();
    }

    /// The ledger has taken the first so many settlements.
    void settled(int count) {
        for (int i = 0; i < count; i++) {
            unsettled.removeFirst();
        }
    }

    boolean hasUnsettled() {
        return !unsettled.isEmpty();
    }

    boolean isEmpty() {
        return held.isEmpty() && unsettled.isEmpty();
    }

    /// Leases whose settlement found no room.
    long forfeited() {
        return forfeited;
    }

    private void finish(QuotaLease lease) {
        LeaseSettlement settlement = lease.finish();
        if (unsettled.size() < UNSETTLED_MAX) {
            unsettled.add(settlement);
        } else {
            forfeited++;
        }
    }
}
