package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;

/// What the ledger last said about the use of one row. Nothing is used where it said nothing. Touched only under the
/// monitor of the page that it belongs to.
final class SeenUsage {

    private long minute;
    private long hour;
    private long day;
    private long month;
    private long dayEndsMs;
    private long monthEndsMs;

    /// @param windows by [QuotaWindow#ordinal]
    void take(List<WindowUsage> windows, long clockUs) {
        long clockMs = clockUs / 1_000;
        minute = windows.get(QuotaWindow.MINUTE.ordinal()).current();
        hour = windows.get(QuotaWindow.HOUR.ordinal()).current();
        WindowUsage ofDay = windows.get(QuotaWindow.DAY.ordinal());
        day = ofDay.current();
        dayEndsMs = clockMs + ofDay.resetsInMs();
        WindowUsage ofMonth = windows.get(QuotaWindow.MONTH.ordinal());
        month = ofMonth.current();
        monthEndsMs = clockMs + ofMonth.resetsInMs();
    }

    /// Opens the calendar windows that have begun since.
    void roll(long nowMs, ZoneId zone) {
        if (nowMs >= dayEndsMs) {
            day = 0;
            dayEndsMs = startMs(today(nowMs, zone).plusDays(1), zone, nowMs);
        }
        if (nowMs >= monthEndsMs) {
            month = 0;
            monthEndsMs = startMs(today(nowMs, zone).withDayOfMonth(1).plusMonths(1), zone, nowMs);
        }
    }

    long current(QuotaWindow window) {
        return switch (window) {
            case MINUTE -> minute;
            case HOUR -> hour;
            case DAY -> day;
            case MONTH -> month;
        };
    }

    /// When the calendar window that was running then ends, epoch milliseconds of the ledger's clock.
    long endsMs(QuotaWindow calendar) {
        return calendar == QuotaWindow.DAY ? dayEndsMs : monthEndsMs;
    }

    private static LocalDate today(long nowMs, ZoneId zone) {
        return Instant.ofEpochMilli(nowMs).atZone(zone).toLocalDate();
    }

    private static long startMs(LocalDate day, ZoneId zone, long nowMs) {
        return Math.max(nowMs + 1, day.atStartOfDay(zone).toInstant().toEpochMilli());
    }
}
