package dev.tollgate.aggregator.query;

import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.time.zone.ZoneOffsetTransition;
import java.time.zone.ZoneRules;
import java.util.Arrays;
import java.util.Locale;
import java.util.Optional;
import java.util.function.UnaryOperator;

/// How long a row of usage is. Hours, days and months begin where a clock in the query's zone shows them to begin.
public enum UsageWindow {
    MINUTE(Duration.ofHours(24)),
    HOUR(Duration.ofDays(31)),
    DAY(Duration.ofDays(400)),
    MONTH(Duration.ofDays(1_830));

    /// The longest range of a query that groups: all of it is read from raw events.
    public static final Duration GROUPED_RANGE_MAX = Duration.ofDays(31);

    private static final long MINUTE_S = 60;
    private static final long HOUR_S = 3_600;

    private final Duration rangeMax;

    UsageWindow(Duration rangeMax) {
        this.rangeMax = rangeMax;
    }

    public Duration rangeMax(boolean grouped) {
        return grouped && rangeMax.compareTo(GROUPED_RANGE_MAX) > 0 ? GROUPED_RANGE_MAX : rangeMax;
    }

    /// The end of the window in which the moment lies; always later than the moment.
    public Instant endOf(Instant moment, ZoneId zone) {
        return switch (this) {
            case MINUTE -> sinceStart(moment, MINUTE_S, 0);
            case HOUR -> hourEnd(moment, zone.getRules());
            case DAY -> midnight(moment, zone, LocalDate.ofInstant(moment, zone), day -> day.plusDays(1));
            case MONTH ->
                midnight(
                        moment,
                        zone,
                        LocalDate.ofInstant(moment, zone).withDayOfMonth(1),
                        first -> first.plusMonths(1));
        };
    }

    /// An hour in which the clock is set ends there.
    private static Instant hourEnd(Instant moment, ZoneRules rules) {
        Instant end = sinceStart(moment, HOUR_S, rules.getOffset(moment).getTotalSeconds());
        ZoneOffsetTransition set = rules.nextTransition(moment);
        return set != null && set.getInstant().isBefore(end) ? set.getInstant() : end;
    }

    /// The first midnight after the moment. Where a clock is set back across midnight, the day that has begun goes on.
    private static Instant midnight(Instant moment, ZoneId zone, LocalDate day, UnaryOperator<LocalDate> next) {
        LocalDate following = next.apply(day);
        Instant end = following.atStartOfDay(zone).toInstant();
        return end.isAfter(moment)
                ? end
                : next.apply(following).atStartOfDay(zone).toInstant();
    }

    private static Instant sinceStart(Instant moment, long lengthS, long offsetS) {
        long epochS = moment.getEpochSecond();
        return Instant.ofEpochSecond(epochS - Math.floorMod(epochS + offsetS, lengthS) + lengthS);
    }

    /// As it stands in a query: `minute`, `hour`, `day`, `month`.
    public String wireName() {
        return name().toLowerCase(Locale.ROOT);
    }

    public static Optional<UsageWindow> of(String wireName) {
        return Arrays.stream(values())
                .filter(window -> window.wireName().equals(wireName))
                .findFirst();
    }
}
