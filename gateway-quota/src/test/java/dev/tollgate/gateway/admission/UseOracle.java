package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Counts uses naively: it knows the true moment of every token used, and nothing of leases or slots.
final class UseOracle {

    private static final long SECOND_US = 1_000_000;

    private final ZoneId zone;
    private final List<Long> usesUs = new ArrayList<>();

    UseOracle(ZoneId zone) {
        this.zone = zone;
    }

    /// Uses come in the order of time.
    void use(long atUs) {
        usesUs.add(atUs);
    }

    int size() {
        return usesUs.size();
    }

    /// Uses in the `window` that holds, or slides up to, this moment.
    long countAt(QuotaWindow window, long atUs) {
        return usesUs.stream()
                .filter(use -> switch (window) {
                    case MINUTE -> use > atUs - 60 * SECOND_US;
                    case HOUR -> use > atUs - 3_600 * SECOND_US;
                    case DAY -> day(use).equals(day(atUs));
                    case MONTH -> YearMonth.from(day(use)).equals(YearMonth.from(day(atUs)));
                })
                .count();
    }

    /// The most uses in any window of any alignment.
    long most(QuotaWindow window) {
        return switch (window) {
            case MINUTE -> mostWithin(60 * SECOND_US);
            case HOUR -> mostWithin(3_600 * SECOND_US);
            case DAY -> mostPer(use -> day(use));
            case MONTH -> mostPer(use -> YearMonth.from(day(use)));
        };
    }

    private long mostWithin(long lengthUs) {
        int most = 0;
        int first = 0;
        for (int last = 0; last < usesUs.size(); last++) {
            while (usesUs.get(first) <= usesUs.get(last) - lengthUs) {
                first++;
            }
            most = Math.max(most, last - first + 1);
        }
        return most;
    }

    private long mostPer(java.util.function.LongFunction<Object> calendarOf) {
        Map<Object, Long> counts = new HashMap<>();
        usesUs.forEach(use -> counts.merge(calendarOf.apply(use), 1L, Long::sum));
        return counts.values().stream().mapToLong(Long::longValue).max().orElse(0);
    }

    private LocalDate day(long atUs) {
        return Instant.ofEpochSecond(atUs / SECOND_US).atZone(zone).toLocalDate();
    }
}
