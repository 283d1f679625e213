package dev.tollgate.ingest.partition;

import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.SortedSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps months ready before the first event of them arrives. Events of other months make theirs on the way in,
/// so a keeper that fails delays and does not lose. Safe for use by several threads.
public final class MonthKeeper {

    /// With fewer months after the current one, the service is not ready: a keeper that works never has fewer than
    /// `MONTHS_AHEAD_MIN` less one, so there is more than a month left to find out why it does not.
    public static final int MONTHS_READY_MIN = 2;

    /// The fewest months after the current one that a keeper makes.
    public static final int MONTHS_AHEAD_MIN = 3;

    private static final Logger LOG = LoggerFactory.getLogger(MonthKeeper.class);

    private final Months months;
    private final int monthsAhead;
    private final InstantSource clock;

    /// @param monthsAhead how many months after the current one stand ready, `MONTHS_AHEAD_MIN` or more
    public MonthKeeper(Months months, int monthsAhead, InstantSource clock) {
        this.months = months;
        this.monthsAhead = monthsAhead;
        this.clock = clock;
    }

    /// Makes what is missing.
    public void keep() {
        YearMonth current = current();
        for (int ahead = 0; ahead <= monthsAhead; ahead++) {
            YearMonth month = current.plusMonths(ahead);
            if (months.ensure(month)) {
                LOG.info("Made the raw partition of {}", month);
            }
        }
    }

    /// How many months after the current one stand ready without a gap; -1 when the current one is missing.
    public int monthsReady() {
        SortedSet<YearMonth> made = months.made();
        YearMonth current = current();
        int ready = -1;
        while (ready < monthsAhead && made.contains(current.plusMonths(ready + 1L))) {
            ready++;
        }
        return ready;
    }

    private YearMonth current() {
        return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
    }
}
