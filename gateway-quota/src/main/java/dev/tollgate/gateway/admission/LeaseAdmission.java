package dev.tollgate.gateway.admission;

/// Tokens spent from a lease. `returned` is guarded by this object's monitor, which is taken before the page's.
final class LeaseAdmission implements Admission {

    private final TenantLeases leases;
    private final QuotaLease lease;
    private final long cost;
    private final long spentNanos;
    private boolean returned;

    LeaseAdmission(TenantLeases leases, QuotaLease lease, long cost, long spentNanos) {
        this.leases = leases;
        this.lease = lease;
        this.cost = cost;
        this.spentNanos = spentNanos;
    }

    @Override
    public long cost() {
        return cost;
    }

    @Override
    public synchronized void giveBack() {
        if (!returned) {
            returned = true;
            leases.giveBack(lease, cost, spentNanos);
        }
    }
}
