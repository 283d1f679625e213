package dev.tollgate.gateway.admission;

import java.util.List;

/// What gateways tell the ledger beside leases: that they live, what was used without a lease, and what they set aside
/// for times without the ledger.
///
/// Called by the thread that calls [QuotaLedger], over the same connection.
public interface UsageLedger {

    /// A gateway not heard of for so long is not counted any more.
    int GATEWAY_SILENCE_SECONDS_MAX = 30;

    /// Rows of one call of [#book].
    int BOOKINGS_MAX = 100;

    /// Names this gateway as living.
    ///
    /// @return how many gateways live, this one included; at least 1
    int attend() throws LedgerUnavailableException;

    /// Books usage, takes reserves back and grants one, for each row in one atomic step. Each (tenant, policy) stands
    /// at most once. A row whose number is not higher than the last one of this gateway, tenant and policy has been
    /// booked: it changes nothing, and is answered with the reserve that it then got.
    ///
    /// @return one answer per row, in their order
    /// @throws LedgerUnavailableException when no answer came: whether it happened is unknown and
    ///     the same rows are to be repeated
    List<UsageAnswer> book(List<UsageBooking> bookings) throws LedgerUnavailableException;
}
