package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.function.Predicate;

/// Counts uses naively: it knows the true moment of every token used, and nothing of leases or slots.
final class UseOracle {

    private static final long SECOND_US = 1_000_000;

    /// One token used.
    static final class Use {
        private final long atUs;
        private final long clockUs;
        private final boolean leased;
        private boolean booked;

        private Use(long atUs, long clockUs, boolean leased) {
            this.atUs = atUs;
            this.clockUs = clockUs;
            this.leased = leased;
        }

        long clockSecond() {
            return clockUs / SECOND_US;
        }

        boolean isLeased() {
            return leased;
        }

        /// Whether the ledger has heard of it, by a lease or by a booking.
        boolean isKnown() {
            return leased || booked;
        }

        void book() {
            booked = true;
        }
    }

    private final ZoneId zone;
    private final List<Use> uses = new ArrayList<>();

    UseOracle(ZoneId zone) {
        this.zone = zone;
    }

    /// Uses come in the order of time.
    ///
    /// @param atUs time that only goes on, by which minutes and hours are counted
    /// @param clockUs the ledger's clock at that moment, which says what day it is
    Use use(long atUs, long clockUs, boolean leased) {
        Use use = new Use(atUs, clockUs, leased);
        uses.add(use);
        return use;
    }

    int size() {
        return uses.size();
    }

    /// Such uses in the `window` that holds, or slides up to, this moment.
    long countAt(QuotaWindow window, long atUs, long clockUs, Predicate<Use> counted) {
        LocalDate today = day(clockUs);
        return uses.stream()
                .filter(use -> switch (window) {
                    case MINUTE -> use.atUs > atUs - 60 * SECOND_US;
                    case HOUR -> use.atUs > atUs - 3_600 * SECOND_US;
                    case DAY -> day(use.clockUs).equals(today);
                    case MONTH -> YearMonth.from(day(use.clockUs)).equals(YearMonth.from(today));
                })
                .filter(counted)
                .count();
    }

    /// The most such uses in any window of any alignment.
    long most(QuotaWindow window, Predicate<Use> counted) {
        List<Use> those = uses.stream().filter(counted).toList();
        return switch (window) {
            case MINUTE -> mostWithin(60 * SECOND_US, those);
            case HOUR -> mostWithin(3_600 * SECOND_US, those);
            case DAY -> mostPer(use -> day(use.clockUs), those);
            case MONTH -> mostPer(use -> YearMonth.from(day(use.clockUs)), those);
        };
    }

    LocalDate day(long clockUs) {
        return Instant.ofEpochSecond(clockUs / SECOND_US).atZone(zone).toLocalDate();
    }

    private static long mostWithin(long lengthUs, List<Use> those) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < those.size(); last++) {
            while (those.get(first).atUs <= those.get(last).atUs - lengthUs) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private static long mostPer(Function<Use, Object> calendarOf, List<Use> those) {
        Map<Object, Long> counts = new HashMap<>();
        those.forEach(use -> counts.merge(calendarOf.apply(use), 1L, Long::sum));
        return counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }
}
