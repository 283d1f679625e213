package dev.tollgate.gateway.policy;

/// Request limits, of a tenant or of a tenant on some routes, and how they are enforced. A gateway uses them to size
/// leases and to learn that they changed; the ledger enforces the limits of its own database.
///
/// @param requestsPerMinute limit of any 60 s; [#UNLIMITED] for none, as for the others
/// @param requestsPerHour limit of any 3600 s
/// @param requestsPerDay limit of a calendar day in the tenant's time zone
/// @param requestsPerMonth limit of a calendar month in the tenant's time zone
/// @param slidingFallback what holds for minute and hour while the ledger is away
/// @param calendarFallback what holds for day and month while the ledger is away
public record QuotaPolicy(
        long requestsPerMinute,
        long requestsPerHour,
        long requestsPerDay,
        long requestsPerMonth,
        Enforcement enforcement,
        LedgerFallback slidingFallback,
        LedgerFallback calendarFallback) {

    /// A limit that nothing reaches.
    public static final long UNLIMITED = 9_000_000_000_000_000L;

    /// What a single request may cost at most.
    public long lowestLimit() {
        return Math.min(Math.min(requestsPerMinute, requestsPerHour), Math.min(requestsPerDay, requestsPerMonth));
    }

    public QuotaPolicy {
        if (requestsPerMinute < 0 || requestsPerHour < 0 || requestsPerDay < 0 || requestsPerMonth < 0) {
            throw new IllegalArgumentException("a limit is negative: " + requestsPerMinute + ", " + requestsPerHour
                    + ", " + requestsPerDay + ", " + requestsPerMonth);
        }
    }
}
