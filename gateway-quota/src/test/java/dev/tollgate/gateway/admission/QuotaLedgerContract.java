package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// What every ledger keeps to.
public abstract class QuotaLedgerContract {

    protected static final String TENANT = "acme";
    protected static final ZoneId UTC = ZoneId.of("UTC");
    protected static final Instant NOON = Instant.parse("2026-03-10T12:00:00Z");
    protected static final int LIFE_MS = QuotaLedger.LEASE_LIFE_MS_MAX;

    protected ClockedLedger ledger;

    protected abstract ClockedLedger open();

    @BeforeEach
    void openLedger() {
        ledger = open();
        ledger.setClock(NOON);
    }

    @AfterEach
    void closeLedger() {
        close(ledger);
    }

    protected void close(ClockedLedger opened) {
        opened.close();
    }

    @Test
    void grantsWhatEveryWindowHasLeft() throws Exception {
        ledger.setLimits(TENANT, UTC, new Limits(10, 7, 20, 30));

        assertThat(ask("a", 1, 5).granted()).isEqualTo(5);
        LeaseGrant rest = ask("b", 1, 5);

        assertThat(rest.granted()).isEqualTo(2);
        assertThat(rest.windows()).extracting(WindowUsage::current).containsExactly(7L, 7L, 7L, 7L);
    }

    @Test
    void deniesOnceTheWindowIsSpentAndTakesNothing() throws Exception {
        ledger.setLimits(TENANT, UTC, new Limits(100, 100, 3, 100));
        assertThat(ask("a", 1, 3).granted()).isEqualTo(3);

        LeaseGrant denied = ask("b", 1, 1);

        assertThat(denied.granted()).isZero();
        assertThat(denied.exhausted()).isEqualTo(QuotaWindow.DAY);
        assertThat(denied.windows()).extracting(WindowUsage::current).containsExactly(3L, 3L, 3L, 3L);
    }

    @Test
    void grantsNothingBelowTheNeed() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(4));

        LeaseGrant denied = exchange("a", new LeaseWant(TENANT, "", 1, 5, 9, LIFE_MS, List.of()));

        assertThat(denied.granted()).isZero();
        assertThat(ask("a", 2, 9).granted()).isEqualTo(4);
    }

    @Test
    void theSameNumberGetsTheSameLease() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        LeaseGrant first = ask("a", 1, 4);
        ledger.setClock(NOON.plusMillis(300));

        LeaseGrant again = ask("a", 1, 4);

        assertThat(again.granted()).isEqualTo(4);
        assertThat(again.readingUs()).isEqualTo(first.readingUs());
        assertThat(ask("b", 1, 10).granted()).isEqualTo(6);
    }

    @Test
    void aSettlementReturnsUnusedTokensOnce() throws Exception {
        ledger.setLimits(TENANT, UTC, new Limits(10, 10, 10, 10));
        assertThat(ask("a", 1, 10).granted()).isEqualTo(10);
        LeaseSettlement settlement = new LeaseSettlement(1, 2, 1, 0);

        settle("a", settlement);
        settle("a", settlement);

        assertThat(ask("b", 1, 10).granted()).isEqualTo(7);
    }

    @Test
    void nobodySettlesTheLeaseOfAnotherProcess() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        assertThat(ask("a", 1, 10).granted()).isEqualTo(10);

        settle("b", new LeaseSettlement(1, 0, 0, 0));

        assertThat(ask("b", 2, 1).granted()).isZero();
    }

    @Test
    void aLeaseNeverSettledStaysUsed() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        assertThat(ask("a", 1, 10).granted()).isEqualTo(10);
        ledger.setClock(NOON.plus(Duration.ofMinutes(5)));
        assertThat(ask("b", 1, 1).granted()).isZero();

        settle("a", new LeaseSettlement(1, 0, 0, 0));

        assertThat(ask("b", 2, 1).granted()).isZero();
    }

    @Test
    void countsATokenInTheMinuteInWhichItCouldBeUsedLast() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perMinute(60));
        assertThat(ask("a", 1, 60).granted()).isEqualTo(60);

        ledger.setClock(NOON.plusSeconds(62));
        assertThat(ask("b", 1, 60).granted()).isZero();

        ledger.setClock(NOON.plusSeconds(63));
        assertThat(ask("b", 2, 60).granted()).isEqualTo(60);
    }

    @Test
    void countsSettledTokensWhereTheyWereUsed() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perMinute(60));
        assertThat(ask("a", 1, 60).granted()).isEqualTo(60);
        settle("a", new LeaseSettlement(1, 40, 20, 0));

        ledger.setClock(NOON.plusSeconds(60).plusMillis(999));
        assertThat(ask("b", 1, 60).granted()).isZero();

        ledger.setClock(NOON.plusSeconds(61));
        assertThat(ask("b", 2, 60).granted()).isEqualTo(40);
    }

    @Test
    void aLeaseEndsWithTheCalendarDayOfTheTenantsZone() throws Exception {
        ZoneId zone = ZoneId.of("Asia/Kolkata");
        ledger.setLimits(TENANT, zone, Limits.perDay(5));
        Instant midnight = Instant.parse("2026-03-10T18:30:00Z");
        ledger.setClock(midnight.minusMillis(700));

        LeaseGrant late = ask("a", 1, 5);
        ledger.setClock(midnight);
        LeaseGrant nextDay = ask("a", 2, 5);
        settle("a", new LeaseSettlement(1, 0, 0, 0));

        assertThat(late.granted()).isEqualTo(5);
        assertThat(late.lifeMs()).isEqualTo(700);
        assertThat(nextDay.granted()).isEqualTo(5);
        assertThat(ask("a", 3, 1).granted()).isZero();
    }

    @Test
    void aDayWithAClockChangeHasItsTrueLength() throws Exception {
        ledger.setLimits(TENANT, ZoneId.of("Europe/Berlin"), Limits.perDay(5));
        ledger.setClock(Instant.parse("2026-10-24T22:00:00Z"));
        assertThat(ask("a", 1, 5).granted()).isEqualTo(5);

        ledger.setClock(Instant.parse("2026-10-25T22:59:59Z"));
        assertThat(ask("a", 2, 5).granted()).isZero();

        ledger.setClock(Instant.parse("2026-10-25T23:00:00Z"));
        assertThat(ask("a", 3, 5).granted()).isEqualTo(5);
    }

    @Test
    void aChangedLimitKeepsTheCounters() throws Exception {
        ledger.setLimits(TENANT, UTC, Limits.perDay(10));
        assertThat(ask("a", 1, 8).granted()).isEqualTo(8);

        ledger.setLimits(TENANT, UTC, Limits.perDay(5));
        assertThat(ask("a", 2, 1).granted()).isZero();

        ledger.setLimits(TENANT, UTC, Limits.perDay(12));
        assertThat(ask("a", 3, 9).granted()).isEqualTo(4);
    }

    @Test
    void answersEachTenantOfABatchInOrder() throws Exception {
        ledger.setLimits("b", UTC, Limits.perDay(2));
        ledger.setLimits("a", UTC, Limits.perDay(1));

        List<LeaseGrant> grants = ledger.as("g")
                .exchange(List.of(
                        new LeaseWant("b", "", 1, 1, 9, LIFE_MS, List.of()),
                        new LeaseWant("nobody", "", 2, 1, 9, LIFE_MS, List.of()),
                        new LeaseWant("a", "", 3, 1, 9, LIFE_MS, List.of())));

        assertThat(grants).extracting(LeaseGrant::granted).containsExactly(2L, 0L, 1L);
        assertThat(grants).extracting(LeaseGrant::known).containsExactly(true, false, true);
    }

    protected final LeaseGrant ask(String gateway, long number, long tokens) throws LedgerUnavailableException {
        return exchange(gateway, new LeaseWant(TENANT, "", number, 1, tokens, LIFE_MS, List.of()));
    }

    protected final void settle(String gateway, LeaseSettlement settlement) throws LedgerUnavailableException {
        LeaseGrant answer = exchange(gateway, new LeaseWant(TENANT, "", 0, 0, 0, 0, List.of(settlement)));
        assertThat(answer.granted()).isZero();
    }

    protected final LeaseGrant exchange(String gateway, LeaseWant want) throws LedgerUnavailableException {
        return ledger.as(gateway).exchange(List.of(want)).getFirst();
    }
}
