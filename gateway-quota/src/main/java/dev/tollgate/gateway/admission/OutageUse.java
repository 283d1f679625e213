package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.ZoneId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one row used without leases since the ledger was last told, and whether its policy lets it use more.
///
/// `fair-share` of a sliding window of length W, limit L, with G gateways: until W after the first use this gateway
/// uses at most (L − last seen) ÷ G in all, afterwards at most L ÷ G in any window of length W. Both round down. The
/// first stretch is longer by the life of the leases that were out then, so that no window holds them beside a whole L.
///
/// Times are of the ledger's clock. Touched only under the monitor of the page that it belongs to.
final class OutageUse {

    private static final long MINUTE_SECONDS = 60;
    private static final long HOUR_SECONDS = 3_600;
    private static final long HOUR_SLOT_SECONDS = 30;
    private static final long LEASES_SECONDS = QuotaLedger.LEASE_LIFE_MS_MAX / 1_000;

    /// What stops a request: the window of which the share is spent, and when tokens are free again.
    record Spent(QuotaWindow window, long freeAtMs) {}

    private final UseLog log = new UseLog();
    private final SeenUsage seen;
    private List<Use> booking = List.of();
    private long startedSecond;
    private long used;
    private long dayUsed;
    private long monthUsed;
    private long dayEndsMs;
    private long monthEndsMs;

    OutageUse(SeenUsage seen) {
        this.seen = seen;
    }

    /// The window whose share forbids the use; null when none does. Windows under `closed` are not looked at.
    @Nullable
    Spent spent(QuotaPolicy policy, ZoneId zone, long cost, long nowMs, int gateways) {
        roll(nowMs, zone);
        for (QuotaWindow window : WINDOWS) {
            LedgerFallback fallback = window.isCalendar() ? policy.calendarFallback() : policy.slidingFallback();
            long limit = window.limitOf(policy);
            if (fallback != LedgerFallback.FAIR_SHARE || limit >= QuotaPolicy.UNLIMITED) {
                continue;
            }
            Spent spent = window.isCalendar()
                    ? calendarSpent(window, limit, cost, gateways)
                    : slidingSpent(window, limit, cost, nowMs / 1_000, gateways);
            if (spent != null) {
                return spent;
            }
        }
        return null;
    }

    private static final QuotaWindow[] WINDOWS = QuotaWindow.values();

    private @Nullable Spent calendarSpent(QuotaWindow window, long limit, long cost, int gateways) {
        long share = Math.max(0, limit - seen.current(window)) / gateways;
        long inWindow = window == QuotaWindow.DAY ? dayUsed : monthUsed;
        return inWindow + cost > share ? new Spent(window, seen.endsMs(window)) : null;
    }

    private @Nullable Spent slidingSpent(QuotaWindow window, long limit, long cost, long nowSecond, int gateways) {
        boolean minute = window == QuotaWindow.MINUTE;
        long length = minute ? MINUTE_SECONDS : HOUR_SECONDS;
        long slot = minute ? 1 : HOUR_SLOT_SECONDS;
        long firstEnds = (isEmpty() ? nowSecond : startedSecond) + length + LEASES_SECONDS + slot;
        if (nowSecond < firstEnds) {
            long share = Math.max(0, limit - seen.current(window)) / gateways;
            return used + cost > share ? new Spent(window, firstEnds * 1_000) : null;
        }
        long share = limit / gateways;
        long oldest = (nowSecond / slot - length / slot) * slot;
        long over = since(oldest) + cost - share;
        if (over <= 0) {
            return null;
        }
        long leaves = cost > share ? nowSecond : log.reaches(oldest, over);
        return new Spent(window, (leaves / slot + length / slot + 1) * slot * 1_000);
    }

    /// Notes a use that may still be given back. Returns the second to which it is dated.
    long use(long cost, long nowMs) {
        if (isEmpty()) {
            startedSecond = nowMs / 1_000;
        }
        used += cost;
        dayUsed += cost;
        monthUsed += cost;
        return log.use(nowMs / 1_000, cost);
    }

    /// Takes in what a former process used.
    void inherit(List<Use> uses, long nowMs) {
        startedSecond = nowMs / 1_000;
        for (Use use : uses) {
            log.add(use);
            used += use.tokens();
            dayUsed += use.tokens();
            monthUsed += use.tokens();
        }
    }

    void commit(long second, long cost) {
        log.commit(second, cost);
    }

    /// False when the use is booked, and stays used.
    boolean giveBack(long second, long cost) {
        boolean given = log.giveBack(second, cost);
        if (given) {
            used -= cost;
            dayUsed = Math.max(0, dayUsed - cost);
            monthUsed = Math.max(0, monthUsed - cost);
        }
        return given;
    }

    boolean isDue(long nowMs) {
        return log.isDue(nowMs / 1_000);
    }

    /// Nothing is used that is not booked.
    boolean isEmpty() {
        return log.isEmpty() && booking.isEmpty();
    }

    /// What a booking shall hold; it counts here until [#booked].
    List<Use> book(long nowMs) {
        booking = log.take(nowMs / 1_000);
        return booking;
    }

    /// The ledger has what [#book] gave out: from here on it counts in what was seen.
    void booked(long nowMs) {
        booking = List.of();
        startedSecond = nowMs / 1_000;
        used = log.since(0);
        dayUsed = used;
        monthUsed = used;
    }

    /// All that is not booked yet, decided or not.
    List<Use> unbooked() {
        List<Use> all = new java.util.ArrayList<>(booking);
        all.addAll(log.take(Long.MAX_VALUE));
        return all;
    }

    /// Tokens used that the ledger does not know of.
    long used() {
        return used;
    }

    private long since(long second) {
        long sum = log.since(second);
        for (Use use : booking) {
            sum += use.epochSecond() >= second ? use.tokens() : 0;
        }
        return sum;
    }

    private void roll(long nowMs, ZoneId zone) {
        seen.roll(nowMs, zone);
        if (seen.endsMs(QuotaWindow.DAY) != dayEndsMs && nowMs >= dayEndsMs) {
            dayUsed = dayEndsMs == 0 ? dayUsed : 0;
            dayEndsMs = seen.endsMs(QuotaWindow.DAY);
        }
        if (seen.endsMs(QuotaWindow.MONTH) != monthEndsMs && nowMs >= monthEndsMs) {
            monthUsed = monthEndsMs == 0 ? monthUsed : 0;
            monthEndsMs = seen.endsMs(QuotaWindow.MONTH);
        }
    }
}
