package dev.tollgate.gateway.admission;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// One tenant on one gateway under more traffic than its limit: it sizes leases as the gate does, asks when requests
/// wait or a lease runs low, remembers denials until the ledger says to ask again, and settles as soon as it can.
final class SaturatedPage {

    private static final int LEASES_MAX = 4;

    private final String tenantId;
    private final List<QuotaLease> held = new ArrayList<>();
    private final Deque<LeaseSettlement> unsettled = new ArrayDeque<>();
    private final RateMeter rate;
    private long leaseNumber;
    private long remaining;
    private long lowWater = -1;
    private long refusedUntilNanos;
    private int waiting;
    private int used;

    SaturatedPage(String tenantId, long nowNanos) {
        this.tenantId = tenantId;
        this.rate = new RateMeter(nowNanos);
        this.refusedUntilNanos = nowNanos;
    }

    void request(long nowNanos) {
        if (!spend(nowNanos) && nowNanos >= refusedUntilNanos) {
            waiting++;
        }
    }

    /// Requests that passed since this was last asked.
    int takeUsed() {
        int passed = used;
        used = 0;
        return passed;
    }

    @Nullable
    LeaseWant prepare(long nowNanos) {
        held.removeIf(lease -> {
            boolean over = !lease.isLive(nowNanos) || (held.size() >= LEASES_MAX && lease.isEmpty());
            if (over) {
                unsettled.add(lease.finish());
            }
            return over;
        });
        List<LeaseSettlement> settlements =
                unsettled.stream().limit(QuotaLedger.SETTLEMENTS_MAX).toList();
        boolean low = lowWater >= 0 && spendable(nowNanos) <= lowWater;
        if (waiting > 0 || low) {
            LeaseSizer.Size size = LeaseSizer.size(waiting, rate.perSecond(nowNanos), remaining);
            return new LeaseWant(tenantId, "", ++leaseNumber, 1, size.tokens(), size.lifeMs(), settlements);
        }
        return settlements.isEmpty() ? null : new LeaseWant(tenantId, "", 0, 0, 0, 0, settlements);
    }

    void apply(LeaseWant want, LeaseGrant grant, long nowNanos) {
        want.settlements().forEach(unsettled::remove);
        remaining = grant.usage(grant.tightest()).remaining();
        if (want.want() == 0) {
            return;
        }
        lowWater = LeaseSizer.lowWater(grant.granted());
        if (grant.granted() > 0) {
            held.add(new QuotaLease(want.leaseNumber(), nowNanos, nowNanos, grant));
        } else {
            refusedUntilNanos = nowNanos + grant.askAgainMs() * 1_000_000;
            waiting = 0;
        }
        while (waiting > 0 && spend(nowNanos)) {
            waiting--;
        }
    }

    private boolean spend(long nowNanos) {
        boolean spent = held.stream().anyMatch(lease -> lease.spend(1, nowNanos));
        if (spent) {
            rate.add(1);
            used++;
        }
        return spent;
    }

    private long spendable(long nowNanos) {
        return held.stream().mapToLong(lease -> lease.spendable(nowNanos)).sum();
    }
}
