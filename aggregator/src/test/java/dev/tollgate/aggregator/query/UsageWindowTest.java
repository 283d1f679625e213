package dev.tollgate.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class UsageWindowTest {

    private static final List<String> ZONES =
            ZoneId.getAvailableZoneIds().stream().sorted().toList();
    private static final long FROM_S = Instant.parse("2000-01-01T00:00:00Z").getEpochSecond();
    private static final long SPAN_S = 35L * 365 * 24 * 3_600;

    @Property(tries = 400)
    void windowsFollowEachOtherInAnyZone(@ForAll long seed) {
        Random random = new Random(seed);
        ZoneId zone = ZoneId.of(ZONES.get(random.nextInt(ZONES.size())));
        Instant from = Instant.ofEpochSecond(FROM_S + random.nextLong(SPAN_S));
        for (UsageWindow window : UsageWindow.values()) {
            Instant to = from.plus(window.rangeMax(false)).minusSeconds(random.nextLong(3_600));
            List<UsageQuery.Span> spans = new UsageQuery("tenant", from, to, window, zone, List.of(), 1).windows();
            assertThat(spans.getFirst().start()).isEqualTo(from);
            assertThat(spans.getLast().end()).isEqualTo(to);
            for (int i = 0; i < spans.size(); i++) {
                assertThat(spans.get(i).end()).isAfter(spans.get(i).start());
                assertThat(i == 0 || spans.get(i - 1).end().equals(spans.get(i).start()))
                        .isTrue();
            }
        }
    }

    @Example
    void daysAreAsLongAsTheZoneMakesThem() {
        assertThat(ends(UsageWindow.DAY, "Europe/Berlin", "2015-03-28T23:00:00Z", "2015-03-31T00:00:00Z"))
                .startsWith("2015-03-29T22:00:00Z", "2015-03-30T22:00:00Z");
        assertThat(ends(UsageWindow.DAY, "Europe/Berlin", "2015-10-24T22:00:00Z", "2015-10-26T00:00:00Z"))
                .startsWith("2015-10-25T23:00:00Z");
        // Midnight is left out there.
        assertThat(ends(UsageWindow.DAY, "America/Sao_Paulo", "2015-10-17T12:00:00Z", "2015-10-19T12:00:00Z"))
                .startsWith("2015-10-18T03:00:00Z", "2015-10-19T02:00:00Z");
        // A day is left out there.
        assertThat(ends(UsageWindow.DAY, "Pacific/Apia", "2011-12-29T12:00:00Z", "2012-01-01T12:00:00Z"))
                .startsWith("2011-12-30T10:00:00Z", "2011-12-31T10:00:00Z");
        // One minute after midnight the clock goes back to the day, and the month, before.
        assertThat(ends(UsageWindow.DAY, "America/St_Johns", "2009-11-01T03:00:00Z", "2009-11-03T00:00:00Z"))
                .startsWith("2009-11-02T03:30:00Z");
        assertThat(ends(UsageWindow.MONTH, "America/St_Johns", "2009-11-01T03:00:00Z", "2009-12-03T00:00:00Z"))
                .startsWith("2009-12-01T03:30:00Z");
    }

    @Example
    void hoursBeginWhereTheClockShowsThem() {
        assertThat(ends(UsageWindow.HOUR, "Asia/Kathmandu", "2015-06-01T00:00:00Z", "2015-06-01T02:00:00Z"))
                .containsExactly("2015-06-01T00:15:00Z", "2015-06-01T01:15:00Z", "2015-06-01T02:00:00Z");
        // Half past eleven becomes midnight.
        assertThat(ends(UsageWindow.HOUR, "Asia/Pyongyang", "2018-05-04T14:30:00Z", "2018-05-04T17:00:00Z"))
                .containsExactly("2018-05-04T15:00:00Z", "2018-05-04T16:00:00Z", "2018-05-04T17:00:00Z");
        // Two becomes half past one.
        assertThat(ends(UsageWindow.HOUR, "Australia/Lord_Howe", "2015-04-04T14:00:00Z", "2015-04-04T16:30:00Z"))
                .containsExactly("2015-04-04T15:00:00Z", "2015-04-04T15:30:00Z", "2015-04-04T16:30:00Z");
    }

    @Example
    void monthsGoOnInTheNextYear() {
        assertThat(ends(UsageWindow.MONTH, "Asia/Kolkata", "2015-11-15T00:00:00Z", "2016-02-01T00:00:00Z"))
                .containsExactly(
                        "2015-11-30T18:30:00Z", "2015-12-31T18:30:00Z", "2016-01-31T18:30:00Z", "2016-02-01T00:00:00Z");
    }

    private static List<String> ends(UsageWindow window, String zone, String from, String to) {
        return new UsageQuery("tenant", Instant.parse(from), Instant.parse(to), window, ZoneId.of(zone), List.of(), 1)
                .windows().stream().map(span -> span.end().toString()).toList();
    }
}
