package dev.tollgate.ingest.partition;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.partition.actuator.MonthHealth;
import java.time.Instant;
import java.time.YearMonth;
import java.util.SortedSet;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Health;
import org.springframework.boot.health.contributor.Status;

/// How many months stand ready, and when too few do.
class MonthKeeperTest {

    private final MadeMonths months = new MadeMonths();
    private Instant now = Instant.parse("2026-09-30T23:59:59Z");
    private final MonthKeeper keeper = new MonthKeeper(months, 3, () -> now);
    private final MonthHealth health = new MonthHealth(keeper);

    @Test
    void makesTheCurrentMonthAndThoseAheadOnce() {
        keeper.keep();
        keeper.keep();
        assertThat(months.made).containsExactly(month(9), month(10), month(11), month(12));
        assertThat(keeper.monthsReady()).isEqualTo(3);
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void isRedWhileThereIsStillAMonthLeftToMendWhatDoesNotMakeThem() {
        keeper.keep();
        now = Instant.parse("2026-10-31T23:59:59Z");
        assertThat(health.health().getStatus()).as("two stand ready").isEqualTo(Status.UP);

        now = Instant.parse("2026-11-01T00:00:00Z");
        Health red = health.health();
        assertThat(red.getStatus()).as("one stands ready").isEqualTo(Status.DOWN);
        assertThat(red.getDetails())
                .containsEntry("monthsReady", 1)
                .containsEntry(
                        "reason", "raw partitions stand ready for 1 months after the current one; at least 2 must");
        assertThat(months.made)
                .as("events of today and of the next month have theirs")
                .contains(month(11), month(12));

        keeper.keep();
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
    }

    @Test
    void monthsBehindAGapDoNotCount() {
        keeper.keep();
        months.made.remove(month(11));
        assertThat(keeper.monthsReady()).isEqualTo(1);
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
        months.made.remove(month(9));
        assertThat(health.health().getDetails())
                .containsEntry("reason", "the raw partition of the current month is missing");
    }

    @Test
    void isRedWhenNobodyCanTell() {
        keeper.keep();
        months.away = true;
        assertThat(health.health().getStatus()).isEqualTo(Status.DOWN);
    }

    private static YearMonth month(int month) {
        return YearMonth.of(2026, month);
    }

    private static final class MadeMonths implements Months {
        private final SortedSet<YearMonth> made = new TreeSet<>();
        private boolean away;

        @Override
        public boolean ensure(YearMonth month) {
            return made.add(month);
        }

        @Override
        public SortedSet<YearMonth> made() {
            if (away) {
                throw new IllegalStateException("the database is away");
            }
            return made;
        }
    }
}
