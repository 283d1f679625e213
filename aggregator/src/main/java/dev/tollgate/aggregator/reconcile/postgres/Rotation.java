package dev.tollgate.aggregator.reconcile.postgres;

import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.NavigableSet;
import org.jspecify.annotations.Nullable;

/// Which hours a scan looks at next. No span crosses the bound of a UTC month, and none lies in a month of which the
/// raw table has no partition: its buckets are all that is left of it.
final class Rotation {

    /// Hours [from, to).
    record Span(Instant from, Instant to) {
        int hours() {
            return (int) Duration.between(from, to).toHours();
        }

        YearMonth month() {
            return monthOf(from);
        }
    }

    private static final Duration RECENT = Duration.ofHours(6);

    private Rotation() {}

    /// The hours that closed last.
    ///
    /// @param closedTo where the open hours begin
    static @Nullable Span recent(Instant closedTo, NavigableSet<YearMonth> months) {
        return before(closedTo, RECENT, months);
    }

    /// The day before `from`, or as much of it as its month has; the latest day after the oldest one.
    static @Nullable Span rotating(@Nullable Instant from, Instant closedTo, NavigableSet<YearMonth> months) {
        Span next = from == null ? null : day(from, months);
        return next == null ? day(closedTo, months) : next;
    }

    private static @Nullable Span day(Instant to, NavigableSet<YearMonth> months) {
        Instant last = to.minus(1, ChronoUnit.HOURS);
        Duration since = Duration.between(last.truncatedTo(ChronoUnit.DAYS), to);
        return before(to, since, months);
    }

    private static @Nullable Span before(Instant to, Duration length, NavigableSet<YearMonth> months) {
        YearMonth month = monthOf(to.minus(1, ChronoUnit.HOURS));
        if (months.contains(month)) {
            Instant from = to.minus(length);
            Instant start = start(month);
            return new Span(from.isBefore(start) ? start : from, to);
        }
        YearMonth earlier = months.lower(month);
        return earlier == null ? null : day(start(earlier.plusMonths(1)), months);
    }

    static Instant start(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }

    private static YearMonth monthOf(Instant moment) {
        return YearMonth.from(moment.atOffset(ZoneOffset.UTC));
    }
}
