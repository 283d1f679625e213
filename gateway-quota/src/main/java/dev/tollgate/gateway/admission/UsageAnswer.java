package dev.tollgate.gateway.admission;

import java.util.List;

/// What the ledger answers to one [UsageBooking].
///
/// @param known whether the tenant exists and has such limits in force; if not, nothing was booked
/// @param reserveKey names the reserve granted; empty when there is none
/// @param reserveTokens its tokens: usable until `reserveEndsMs` without the ledger, then forfeited
/// @param reserveEndsMs end of the calendar day that it was charged to, epoch milliseconds of the ledger's clock
/// @param clockUs the ledger's clock, microseconds since the epoch
/// @param windows usage by [QuotaWindow#ordinal], bookings and reserves included; the window of a limit that does not
///     exist has [dev.tollgate.gateway.policy.QuotaPolicy#UNLIMITED]. A sliding window that is spent resets when one
///     token is free. Empty when not known
public record UsageAnswer(
        boolean known,
        String reserveKey,
        long reserveTokens,
        long reserveEndsMs,
        long clockUs,
        List<WindowUsage> windows) {

    public UsageAnswer {
        windows = List.copyOf(windows);
    }

    public WindowUsage usage(QuotaWindow window) {
        return windows.get(window.ordinal());
    }
}
