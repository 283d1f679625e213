package dev.tollgate.gateway.admission;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// What the ledger answers to one [LeaseWant].
///
/// @param known whether the tenant exists and has limits in force; if not, nothing else here means anything
/// @param granted tokens of the lease; 0 for a denial, which has taken nothing
/// @param lifeMs how long they may be used, counted from the moment at which the want was first sent
/// @param readingUs the ledger's time of the grant in microseconds since the epoch; never goes back for a tenant
/// @param clockUs the ledger's clock during this exchange
/// @param exhausted after a denial, the window that will have room last
/// @param retryAfterMs after a denial, when `need` tokens are free if nobody takes them
/// @param askAgainMs after a denial, when they can be free at the earliest: leases held elsewhere may return tokens
/// @param windows usage by [QuotaWindow#ordinal]; empty when not known
public record LeaseGrant(
        boolean known,
        long granted,
        int lifeMs,
        long readingUs,
        long clockUs,
        @Nullable QuotaWindow exhausted,
        long retryAfterMs,
        long askAgainMs,
        List<WindowUsage> windows) {

    public LeaseGrant {
        windows = List.copyOf(windows);
    }

    /// The window with the fewest tokens left; the longer one of equals.
    public QuotaWindow tightest() {
        QuotaWindow tightest = QuotaWindow.MINUTE;
        for (QuotaWindow window : QuotaWindow.values()) {
            if (usage(window).remaining() <= usage(tightest).remaining()) {
                tightest = window;
            }
        }
        return tightest;
    }

    public WindowUsage usage(QuotaWindow window) {
        return windows.get(window.ordinal());
    }
}
