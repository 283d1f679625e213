package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.Test;

/// What every ledger keeps to beyond leases: route policies, usage booked afterwards, reserves, gateways that live.
public abstract class UsageLedgerContract extends QuotaLedgerContract {

    private static final String SEARCH = "search";
    private static final long NOON_SECOND = NOON.getEpochSecond();

    @Test
    void aRoutePolicyHasCountersOfItsOwn() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        ledger.setRoutePolicy("", SEARCH, Limits.onlyPerDay(4));

        assertThat(askSearch("a", 1, 9).granted()).isEqualTo(4);
        assertThat(ask("a", 2, 20).granted()).isEqualTo(10);
        assertThat(askSearch("b", 1, 1).exhausted()).isEqualTo(QuotaWindow.DAY);
    }

    @Test
    void aTenantsRoutePolicyTakesThePlaceOfTheWholeDefault() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        ledger.setRoutePolicy("", SEARCH, Limits.perMinute(3));
        ledger.setRoutePolicy(TENANT, SEARCH, Limits.onlyPerDay(7));

        LeaseGrant grant = askSearch("a", 1, 99);
        ledger.setRoutePolicy(TENANT, SEARCH, null);
        LeaseGrant byDefault = askSearch("a", 2, 99);

        assertThat(grant.granted()).isEqualTo(7);
        assertThat(grant.usage(QuotaWindow.MINUTE).limit()).isEqualTo(QuotaPolicy.UNLIMITED);
        assertThat(byDefault.granted()).isZero();
        assertThat(byDefault.usage(QuotaWindow.MINUTE))
                .extracting("limit", "current")
                .containsExactly(3L, 7L);
    }

    @Test
    void aRowWithoutLimitsIsNotKnownAndBooksNothing() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        ledger.setRoutePolicy("", SEARCH, Limits.onlyPerDay(4));
        ledger.setRoutePolicy("", SEARCH, null);

        assertThat(askSearch("a", 1, 1).known()).isFalse();
        assertThat(book("a", new UsageBooking(TENANT, SEARCH, 1, used(3), List.of(), 5))
                        .known())
                .isFalse();
        assertThat(book("a", new UsageBooking("nobody", "", 1, used(3), List.of(), 5))
                        .known())
                .isFalse();
        ledger.setRoutePolicy("", SEARCH, Limits.onlyPerDay(4));
        assertThat(askSearch("a", 2, 9).granted()).isEqualTo(4);
    }

    @Test
    void bookedUsesCountWhereTheyHappened() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perMinute(60));

        List<WindowUsage> windows = book(
                        "a",
                        booking(
                                1,
                                List.of(
                                        new Use(NOON_SECOND - 4_000, 7),
                                        new Use(NOON_SECOND - 100, 5),
                                        new Use(NOON_SECOND - 30, 50),
                                        new Use(NOON_SECOND + 9, 10)),
                                List.of(),
                                0))
                .windows();

        assertThat(windows).extracting(WindowUsage::current).containsExactly(60L, 65L, 72L, 72L);
        ledger.setClock(NOON.plusSeconds(30));
        assertThat(ask("b", 1, 60).granted()).isZero();
        ledger.setClock(NOON.plusSeconds(31));
        assertThat(ask("b", 2, 60).granted()).isEqualTo(50);
    }

    @Test
    void bookedUsesMayPassTheLimitAndNothingIsGrantedUntilEnoughHasLeft() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perMinute(10));
        assertThat(ask("a", 1, 4).granted()).isEqualTo(4);
        settle("a", new LeaseSettlement(1, 4, 0, 0));

        UsageAnswer answer =
                book("b", booking(1, List.of(new Use(NOON_SECOND - 20, 9), new Use(NOON_SECOND, 2)), List.of(), 0));

        assertThat(answer.usage(QuotaWindow.MINUTE).current()).isEqualTo(15);
        assertThat(ask("a", 2, 1).granted()).isZero();
        ledger.setClock(NOON.plusSeconds(41));
        assertThat(ask("a", 3, 9).granted()).isEqualTo(4);
    }

    @Test
    void aRepeatedBookingChangesNothingAndGetsItsReserveAgain() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(100));
        UsageBooking booking = booking(5, used(10), List.of(), 20);
        UsageAnswer first = book("a", booking);
        ledger.setClock(NOON.plusSeconds(2));

        UsageAnswer again = book("a", booking);
        UsageAnswer earlier = book("a", booking(4, used(10), List.of(first.reserveKey()), 20));

        assertThat(first.reserveTokens()).isEqualTo(20);
        assertThat(again)
                .extracting("reserveKey", "reserveTokens", "reserveEndsMs")
                .containsExactly(first.reserveKey(), 20L, first.reserveEndsMs());
        assertThat(earlier.reserveTokens()).isZero();
        assertThat(earlier.usage(QuotaWindow.DAY).current()).isEqualTo(30);
        assertThat(book("b", booking(5, used(1), List.of(), 0))
                        .usage(QuotaWindow.DAY)
                        .current())
                .isEqualTo(31);
    }

    @Test
    void aReserveIsChargedToDayAndMonthOnlyAndReturnsWhole() throws Exception {
        ledger.setLimits(TENANT, UTC, new Limits(10, 10, 100, 1_000));

        UsageAnswer granted = book("a", booking(1, List.of(), List.of(), 40));
        UsageAnswer returned = book("a", booking(2, used(6), List.of(granted.reserveKey(), "no:such"), 0));
        UsageAnswer twice = book("b", booking(1, List.of(), List.of(granted.reserveKey()), 0));

        assertThat(granted.reserveKey()).isNotEmpty();
        assertThat(granted.reserveEndsMs())
                .isEqualTo(Instant.parse("2026-03-11T00:00:00Z").toEpochMilli());
        assertThat(granted.windows()).extracting(WindowUsage::current).containsExactly(0L, 0L, 40L, 40L);
        assertThat(returned.windows()).extracting(WindowUsage::current).containsExactly(6L, 6L, 6L, 6L);
        assertThat(twice.windows()).extracting(WindowUsage::current).containsExactly(6L, 6L, 6L, 6L);
    }

    @Test
    void aReserveIsNoMoreThanDayAndMonthHaveLeft() throws Exception {
        ledger.setLimits(TENANT, UTC, new Limits(100, 100, 100, 30));
        ledger.setRoutePolicy(TENANT, SEARCH, Limits.onlyPerDay(50));

        assertThat(book("a", booking(1, used(5), List.of(), 40)).reserveTokens())
                .isEqualTo(25);
        assertThat(book("b", booking(1, List.of(), List.of(), 1)).reserveKey()).isEmpty();
        assertThat(ask("b", 1, 1).granted()).isZero();
        assertThat(book("a", new UsageBooking(TENANT, SEARCH, 1, List.of(), List.of(), 99))
                        .reserveTokens())
                .isEqualTo(50);
    }

    @Test
    void aReserveFreesOnlyTheWindowsThatStillRun() throws Exception {
        ZoneId zone = ZoneId.of("Asia/Kolkata");
        ledger.setLimits(TENANT, zone, new Limits(100, 100, 100, 1_000));
        Instant midnight = Instant.parse("2026-03-10T18:30:00Z");
        long lastSecond = midnight.getEpochSecond() - 1;
        ledger.setClock(midnight.minusSeconds(5));
        UsageAnswer granted = book("a", booking(1, List.of(), List.of(), 40));
        ledger.setClock(midnight.plusSeconds(5));
        assertThat(ask("b", 1, 8).granted()).isEqualTo(8);

        UsageAnswer returned = book(
                "a",
                booking(
                        2,
                        List.of(new Use(lastSecond, 30), new Use(lastSecond + 1, 2)),
                        List.of(granted.reserveKey()),
                        0));

        assertThat(granted.reserveEndsMs()).isEqualTo(midnight.toEpochMilli());
        assertThat(returned.usage(QuotaWindow.DAY).current()).isEqualTo(10);
        assertThat(returned.usage(QuotaWindow.MONTH).current()).isEqualTo(40);
    }

    @Test
    void databaseQueriesCountByTheHourOnly() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        ledger.setDbQueriesPerHour(TENANT, 100);

        book("a", new UsageBooking(TENANT, UsageBooking.DB_QUERIES, 1, used(70), List.of(), 0));
        UsageAnswer answer = book("b", new UsageBooking(TENANT, UsageBooking.DB_QUERIES, 1, used(60), List.of(), 0));

        assertThat(answer.usage(QuotaWindow.HOUR))
                .extracting("limit", "current")
                .containsExactly(100L, 130L);
        assertThat(List.of(QuotaWindow.MINUTE, QuotaWindow.DAY, QuotaWindow.MONTH))
                .allMatch(window -> answer.usage(window).limit() == QuotaPolicy.UNLIMITED);
        assertThat(ask("a", 1, 20).granted()).isEqualTo(10);
    }

    @Test
    void countsTheGatewaysHeardOfLately() throws Exception {
        assertThat(ledger.usageAs("a").attend()).isEqualTo(1);
        ledger.setClock(NOON.plusSeconds(20));
        assertThat(ledger.usageAs("b").attend()).isEqualTo(2);
        assertThat(ledger.usageAs("b").attend()).isEqualTo(2);
        ledger.setClock(NOON.plus(Duration.ofSeconds(30)));
        assertThat(ledger.usageAs("c").attend()).isEqualTo(2);
    }

    private LeaseGrant askSearch(String gateway, long number, long tokens) throws LedgerUnavailableException {
        return exchange(gateway, new LeaseWant(TENANT, SEARCH, number, 1, tokens, LIFE_MS, List.of()));
    }

    private static List<Use> used(long tokens) {
        return List.of(new Use(NOON_SECOND, tokens));
    }

    protected static UsageBooking booking(long number, List<Use> uses, List<String> returned, long reserve) {
        return new UsageBooking(TENANT, "", number, uses, returned, reserve);
    }

    protected final UsageAnswer book(String gateway, UsageBooking booking) throws LedgerUnavailableException {
        return ledger.usageAs(gateway).book(List.of(booking)).getFirst();
    }
}
