package dev.tollgate.gateway.admission;

/// Tokens spent from a lease, which is pinned until they are decided about. Everything is guarded by the page's
/// monitor.
final class LeaseAdmission implements Admission {

    private final PageMemory page;
    private final QuotaLease lease;
    private final long cost;
    private final long current;
    private long spentNanos;
    private boolean decided;

    /// @param current tokens used in the lease's tightest window right after this request
    LeaseAdmission(PageMemory page, QuotaLease lease, long cost, long current, long spentNanos) {
        this.page = page;
        this.lease = lease;
        this.cost = cost;
        this.current = current;
        this.spentNanos = spentNanos;
    }

    @Override
    public long cost() {
        return cost;
    }

    @Override
    public QuotaState closest() {
        synchronized (page) {
            return lease.closest(page.routePolicy(), current, spentNanos);
        }
    }

    @Override
    public void commit() {
        synchronized (page) {
            if (!decided) {
                decide();
            }
        }
    }

    @Override
    public void giveBack() {
        synchronized (page) {
            if (!decided) {
                lease.giveBack(cost, spentNanos);
                decide();
            }
        }
    }

    /// Dates the use to a later moment, at which the request passes in truth; false when the lease is over by then.
    boolean redate(long nowNanos) {
        synchronized (page) {
            boolean moved = !decided && lease.redate(cost, spentNanos, nowNanos);
            if (moved) {
                spentNanos = nowNanos;
            }
            return moved;
        }
    }

    private void decide() {
        decided = true;
        lease.unpin();
        if (lease.isEnded() && !lease.isPinned()) {
            page.queue();
        }
    }
}
