package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.LeaseSettlement;
import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.LedgerUnavailableException;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.admission.UsageAnswer;
import dev.tollgate.gateway.admission.UsageBooking;
import dev.tollgate.gateway.admission.UsageBooking.Use;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The adapter as the gateway's role, and what the functions of bookings do over time.
final class PostgresUsageLedgerTest {

    private static final String TENANT = "acme";
    private static final long DAY_US = Duration.ofDays(1).toMillis() * 1_000;

    private static GatewayDatabase database;

    @BeforeAll
    static void registerATenant() throws Exception {
        database = GatewayDatabase.create();
        database.register(TENANT, 100, 1_000, 5_000, 50_000);
    }

    @BeforeEach
    void emptyTheLedger() throws Exception {
        try (ClockedPostgresLedger ledger = new ClockedPostgresLedger(database)) {
            ledger.forgetAll();
        }
    }

    @Test
    void booksAttendsAndLeaves() throws Exception {
        try (PostgresQuotaLedger other = database.ledger("b")) {
            try (PostgresQuotaLedger ledger = database.ledger("a")) {
                long second = database.now().getEpochSecond();
                UsageAnswer answer = ledger.book(List.of(booking(1, second, 7, 30), queries(1, second, 900)))
                        .getFirst();

                assertThat(ledger.attend()).isEqualTo(1);
                assertThat(other.attend()).isEqualTo(2);
                assertThat(answer.reserveKey()).isEqualTo("a:1");
                assertThat(answer.usage(QuotaWindow.DAY).current()).isEqualTo(37);
            }
            assertThat(other.attend()).isEqualTo(1);
        }
        assertThat(database.text("SELECT string_agg(concat_ws(' ', policy, quota_type, current_value), ', ') "
                        + "FROM tollgate.quota_usage('acme') WHERE current_value > 0"))
                .isEqualTo(" requests_per_minute 7,  requests_per_hour 7,  requests_per_day 37, "
                        + " requests_per_month 37,  db_queries_per_hour 900");
    }

    @Test
    void aBookingIsPatientAndTheNextExchangeIsNot() throws Exception {
        try (PostgresQuotaLedger ledger = database.ledger("a");
                Connection blocker = database.connect();
                Statement lock = blocker.createStatement()) {
            long second = database.now().getEpochSecond();
            ledger.book(List.of(booking(1, second, 1, 0)));
            blocker.setAutoCommit(false);
            lock.execute("SELECT FROM quota_ledger FOR NO KEY UPDATE");

            long start = System.nanoTime();
            assertThatThrownBy(() -> ledger.book(List.of(booking(2, second, 1, 0))))
                    .isInstanceOf(LedgerUnavailableException.class);
            long booked = System.nanoTime();
            assertThatThrownBy(() -> ledger.exchange(List.of(want(1)))).isInstanceOf(LedgerUnavailableException.class);
            long exchanged = System.nanoTime();

            assertThat(Duration.ofNanos(booked - start))
                    .isGreaterThanOrEqualTo(Duration.ofMillis(LedgerConnection.PATIENT_STATEMENT_TIMEOUT_MS));
            assertThat(Duration.ofNanos(exchanged - booked))
                    .isLessThan(Duration.ofMillis(LedgerConnection.PATIENT_STATEMENT_TIMEOUT_MS));
            blocker.rollback();
            assertThat(ledger.book(List.of(booking(2, second, 1, 0)))
                            .getFirst()
                            .usage(QuotaWindow.DAY)
                            .current())
                    .isEqualTo(2);
        }
    }

    @Test
    void refusesATenantThatBooksTwiceAndTooManyRows() {
        try (PostgresQuotaLedger ledger = database.ledger("a")) {
            assertThatThrownBy(() -> ledger.book(Collections.nCopies(2, booking(1, 0, 1, 0))))
                    .isInstanceOf(LedgerUnavailableException.class)
                    .hasMessageContaining(TENANT);
            assertThatThrownBy(() -> ledger.book(Collections.nCopies(101, booking(1, 0, 1, 0))))
                    .isInstanceOf(IllegalArgumentException.class);
        }
    }

    @Test
    void namesTheMomentAtWhichAQueryIsFree() throws Exception {
        try (ClockedPostgresLedger ledger = new ClockedPostgresLedger(database)) {
            Instant now = Instant.parse("2026-03-10T12:00:00Z");
            ledger.setClock(now);
            ledger.setDbQueriesPerHour(TENANT, 10);
            Use early = new Use(now.getEpochSecond() - 600, 4);
            Use late = new Use(now.getEpochSecond(), 9);

            UsageAnswer answer = ledger.usageAs("a")
                    .book(List.of(
                            new UsageBooking(TENANT, UsageBooking.DB_QUERIES, 1, List.of(early, late), List.of(), 0)))
                    .getFirst();

            ledger.setClock(now.plusMillis(answer.usage(QuotaWindow.HOUR).resetsInMs() - 1));
            assertThat(queriesNow(ledger)).isEqualTo(13);
            ledger.setClock(now.plusMillis(answer.usage(QuotaWindow.HOUR).resetsInMs()));
            assertThat(queriesNow(ledger)).isEqualTo(9);
        }
    }

    @Test
    void absurdCountsStopTheTenantAndNobodyElse() throws Exception {
        try (ClockedPostgresLedger ledger = new ClockedPostgresLedger(database)) {
            Instant now = Instant.parse("2026-03-10T12:00:00Z");
            ledger.setClock(now);
            assertThat(ledger.as("a").exchange(List.of(want(1))).getFirst().granted())
                    .isEqualTo(100);
            Use absurd = new Use(now.getEpochSecond(), Long.MAX_VALUE);
            List<Use> uses = List.of(absurd, absurd, new Use(now.getEpochSecond(), -5));
            ledger.usageAs("b").book(List.of(new UsageBooking(TENANT, "", 1, uses, List.of(), 0)));
            ledger.usageAs("b").book(List.of(new UsageBooking(TENANT, "", 2, uses, List.of(), 0)));

            LeaseSettlement settlement = new LeaseSettlement(1, 100, 0, 0);
            var answer = ledger.as("a")
                    .exchange(List.of(
                            new LeaseWant(TENANT, "", 2, 1, 1, QuotaLedger.LEASE_LIFE_MS_MAX, List.of(settlement))))
                    .getFirst();

            assertThat(answer.known()).isTrue();
            assertThat(answer.granted()).isZero();
            assertThat(answer.usage(QuotaWindow.MINUTE).current()).isEqualTo(2_000_000_100L);
        }
    }

    @Test
    void attendingRemovesWhatIsLongOver() throws Exception {
        long nowUs = database.now().toEpochMilli() * 1_000;
        try (PostgresQuotaLedger left = database.ledger("left");
                PostgresQuotaLedger silent = database.ledger("silent")) {
            long second = database.now().getEpochSecond();
            left.book(List.of(booking(1, second, 1, 10)));
            left.attend();
            silent.book(List.of(booking(1, second, 1, 10)));
        }
        database.execute("UPDATE quota_gateways SET heard_at_us = " + nowUs + " WHERE gateway = 'silent'");

        attendAt(nowUs + DAY_US / 2);
        assertThat(database.text("SELECT string_agg(gateway, ',' ORDER BY gateway) FROM quota_bookings"))
                .isEqualTo("silent");
        assertThat(database.number("SELECT count(*) FROM quota_reserves")).isEqualTo(2);
        attendAt(nowUs + 3 * DAY_US);
        assertThat(database.number("SELECT count(*) FROM quota_bookings")).isEqualTo(1);
        assertThat(database.number("SELECT count(*) FROM quota_reserves")).isZero();
        attendAt(nowUs + 8 * DAY_US);
        assertThat(database.number("SELECT count(*) FROM quota_bookings")).isZero();
        assertThat(database.text("SELECT string_agg(gateway, ',') FROM quota_gateways"))
                .isEqualTo("living");
    }

    private void attendAt(long clockUs) throws Exception {
        database.execute("SELECT tollgate.attend_gateway_at(" + clockUs + ", 'living')");
    }

    private static long queriesNow(ClockedPostgresLedger ledger) throws LedgerUnavailableException {
        UsageBooking look = new UsageBooking(TENANT, UsageBooking.DB_QUERIES, 2, List.of(), List.of(), 0);
        return ledger.usageAs("a")
                .book(List.of(look))
                .getFirst()
                .usage(QuotaWindow.HOUR)
                .current();
    }

    private static UsageBooking booking(long number, long second, long tokens, long reserve) {
        return new UsageBooking(TENANT, "", number, List.of(new Use(second, tokens)), List.of(), reserve);
    }

    private static UsageBooking queries(long number, long second, long count) {
        return new UsageBooking(TENANT, UsageBooking.DB_QUERIES, number, List.of(new Use(second, count)), List.of(), 0);
    }

    private static LeaseWant want(long number) {
        return new LeaseWant(TENANT, "", number, 1, 500, QuotaLedger.LEASE_LIFE_MS_MAX, List.of());
    }
}
