package dev.tollgate.ingest.partition;

import java.time.InstantSource;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps months ready before the first event of them arrives. Events of other months make theirs on the way in,
/// so a keeper that fails delays and does not lose. Safe for use by several threads.
public final class MonthKeeper {

    private static final Logger LOG = LoggerFactory.getLogger(MonthKeeper.class);

    private final Months months;
    private final int monthsAhead;
    private final InstantSource clock;
    private volatile YearMonth readyThrough = YearMonth.of(1970, 1);

    /// @param monthsAhead how many months after the current one stand ready
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
        readyThrough = current.plusMonths(monthsAhead);
    }

    /// Whether events can go on when the month ends.
    public boolean nextMonthIsReady() {
        YearMonth next = current().plusMonths(1);
        return !readyThrough.isBefore(next) && months.exists(next);
    }

    private YearMonth current() {
        return YearMonth.from(clock.instant().atOffset(ZoneOffset.UTC));
    }
}
