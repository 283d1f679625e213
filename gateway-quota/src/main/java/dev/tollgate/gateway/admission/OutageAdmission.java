package dev.tollgate.gateway.admission;

import org.jspecify.annotations.Nullable;

/// A request that passed without the ledger. Everything is guarded by the page's monitor.
final class OutageAdmission implements Admission {

    private final TenantLeases page;
    private final OutageUse outage;
    private final @Nullable Reserve reserve;
    private final long cost;
    private final long usedSecond;
    private final QuotaState closest;
    private boolean decided;

    /// @param reserve where its calendar tokens come from, if they do
    /// @param usedSecond to which its use is dated
    OutageAdmission(
            TenantLeases page,
            OutageUse outage,
            @Nullable Reserve reserve,
            long cost,
            long usedSecond,
            QuotaState closest) {
        this.page = page;
        this.outage = outage;
        this.reserve = reserve;
        this.cost = cost;
        this.usedSecond = usedSecond;
        this.closest = closest;
    }

    @Override
    public long cost() {
        return cost;
    }

    @Override
    public QuotaState closest() {
        return closest;
    }

    @Override
    public void commit() {
        synchronized (page) {
            if (!decided) {
                decided = true;
                outage.commit(usedSecond, cost);
                page.queue();
            }
        }
    }

    @Override
    public void giveBack() {
        synchronized (page) {
            if (!decided) {
                decided = true;
                if (outage.giveBack(usedSecond, cost) && reserve != null) {
                    reserve.spend(-cost);
                }
            }
        }
    }
}
