package dev.tollgate.gateway.admission;

import java.util.List;

/// One tenant's part of a call of [UsageLedger#book].
///
/// @param policy the ledger row: empty for the tenant's own limits, a route policy's name, or [#DB_QUERIES]
/// @param number ascends within (gateway, tenant, policy); with the gateway's name it also names the reserve granted
/// @param uses tokens that no lease accounts for, at most [#USES_MAX]; a use older than a window is left out of it, one
///     later than the ledger's clock counts now
/// @param returnedReserves keys of reserves to take back whole; what was used of them stands in `uses`
/// @param reserve tokens wanted as a reserve: charged to day and month only; fewer are granted when less is left, and
///     the unlimited windows of a policy do not bound it. 0 for none
public record UsageBooking(
        String tenantId, String policy, long number, List<Use> uses, List<String> returnedReserves, long reserve) {

    /// The ledger row in which a tenant's database queries are counted, by the hour.
    public static final String DB_QUERIES = "#db_queries";

    /// Of one booking: the seconds of a minute, the half minutes of an hour, and what is older.
    public static final int USES_MAX = 256;

    /// Reserves that one booking can return.
    public static final int RETURNED_MAX = 4;

    /// Tokens used in one second of the ledger's clock.
    public record Use(long epochSecond, long tokens) {}

    public UsageBooking {
        uses = List.copyOf(uses);
        returnedReserves = List.copyOf(returnedReserves);
        if (uses.size() > USES_MAX || returnedReserves.size() > RETURNED_MAX) {
            throw new IllegalArgumentException("tenant " + tenantId + " books " + uses.size() + " uses and returns "
                    + returnedReserves.size() + " reserves at once");
        }
    }
}
