package dev.tollgate.ingest.partition;

import java.time.Instant;
import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.SortedSet;

/// Counts the months that the raw table keeps. Safe for use by several threads.
public final class MonthCensus {

    private final Months months;
    private final RawMonths rawMonths;
    private final int monthsKept;
    private final InstantSource clock;

    /// @param monthsKept whole months before the current one that stay in the database; 0 when all do
    public MonthCensus(Months months, RawMonths rawMonths, int monthsKept, InstantSource clock) {
        this.months = months;
        this.rawMonths = rawMonths;
        this.monthsKept = monthsKept;
        this.clock = clock;
    }

    /// Months before the current one (UTC).
    ///
    /// @param kept in the raw table
    /// @param oldestAgeMonths how many months before the current one the oldest lies; 0 when there is none
    /// @param overdue those that are to go, and have not gone yet; 0 when retention is off
    /// @param exportedAt when a month was last exported
    public record Census(int kept, long oldestAgeMonths, int overdue, Optional<Instant> exportedAt) {}

    public Census take() {
        YearMonth current = YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
        SortedSet<YearMonth> past = months.made().headSet(current);
        return new Census(
                past.size(),
                past.isEmpty() ? 0 : past.first().until(current, ChronoUnit.MONTHS),
                monthsKept == 0
                        ? 0
                        : past.headSet(current.minusMonths(monthsKept)).size(),
                rawMonths.lastExport());
    }
}
