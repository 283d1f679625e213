package dev.tollgate.gateway.admission;

import java.util.List;

/// Grants leases on tenants' quotas. Implementations must never have granted, and not yet taken back, more than the
/// limit in any window, and must count a token in every window that holds the moment at which it was used.
///
/// A lease is charged at its expiry, so that a token used late is still counted. A settlement moves used tokens to
/// where they were used and returns the others; settling again, or with an unknown number, changes nothing. A lease
/// that is not settled stays charged as if used at its expiry.
///
/// Not safe for use by several threads at a time.
public interface QuotaLedger {

    /// The longest life of a lease.
    int LEASE_LIFE_MS_MAX = 2_000;

    /// Finished leases that one want can carry.
    int SETTLEMENTS_MAX = 2;

    /// Settles and grants for all tenants of a tick in one atomic step. Each (tenant, policy) stands at most once.
    ///
    /// @return one answer per want, in their order
    /// @throws LedgerUnavailableException when no answer came; whether the exchange happened is then unknown
    List<LeaseGrant> exchange(List<LeaseWant> wants) throws LedgerUnavailableException;
}
