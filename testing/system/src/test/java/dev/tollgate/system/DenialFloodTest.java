package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A client that does not stop asking costs memory of two gateways, not the database.
@Alone
class DenialFloodTest {

    private static final String TENANT = "denial-flood";
    private static final long LIMIT = 10;
    private static final long DENIALS = 30_000;
    private static final int WORKERS = 6;

    /// Requests that find the ledger late on a busy machine, before the first denial is remembered.
    private static final long LATE_MAX = DENIALS / 100;

    /// One for each of two minutes, should the flood reach into the next.
    private static final long ROWS_MAX = 2;

    /// Of all gateways for all reasons: those that keep connections warm, those for the first tokens, one when each
    /// moment that the ledger named has come.
    private static final long EXCHANGES_MAX = 150;

    private static final Duration WRITTEN_WITHIN = Duration.ofSeconds(20);

    private static final String EXCHANGES = """
            SELECT coalesce(sum(calls), 0) FROM pg_stat_user_functions
            WHERE schemaname = 'tollgate' AND funcname LIKE 'exchange\\_leases%'""";

    private final TestStack house = TestStack.running();
    private final Faults faults = new Faults(house.stack());

    @Test
    void isCountedInAHandfulOfRowsAndKeptFromTheLedger() throws Exception {
        String key = house.registerTenant(
                TENANT,
                "enterprise",
                TestStack.exactly("requests_per_day", LIMIT),
                LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        house.execute("ALTER SYSTEM SET track_functions = 'pl'");
        house.number("SELECT pg_reload_conf()::int");
        awaitReported();
        long exchangesBefore = house.number(EXCHANGES);
        try (Load flood = Load.start(
                List.of(house.gateway(), house.gateway(FurtherGateway.AHEAD).address()),
                key,
                WORKERS,
                LIMIT + DENIALS,
                Duration.ZERO)) {
            flood.awaitEnd();
            faults.note("the flood is over: " + flood);
            assertThat(flood.completed()).as("%s", flood).isEqualTo(LIMIT);
            assertThat(flood.answered(429) + flood.answered(503))
                    .as("%s", flood)
                    .isEqualTo(DENIALS);
            assertThat(flood.answered(503)).as("%s", flood).isLessThanOrEqualTo(LATE_MAX);
            assertCounted(flood.answered(429), exchangesBefore);
        }
    }

    private void assertCounted(long denials, long exchangesBefore) {
        awaitReported();
        long exchanges = house.number(EXCHANGES) - exchangesBefore;
        Await.until(
                "all denials are counted in rows",
                WRITTEN_WITHIN,
                () -> house.number(
                                "SELECT coalesce(sum(denied_count), 0) FROM tenant_quota_violations WHERE tenant_id = ?",
                                TENANT)
                        == denials);
        long rows = house.number("SELECT count(*) FROM tenant_quota_violations WHERE tenant_id = ?", TENANT);
        faults.note("%d denials: %d rows, %d exchanges".formatted(denials, rows, exchanges));
        assertThat(rows).isBetween(1L, ROWS_MAX);
        assertThat(exchanges).isBetween(1L, EXCHANGES_MAX);
    }

    /// A connection reports its calls with the first one that is later than a second after the last report. So each
    /// has, once it has made a call a second and more after this moment; an idle gateway calls every few seconds.
    private void awaitReported() {
        long moment = house.databaseMs();
        Await.until(
                "the ledger's calls are reported",
                WRITTEN_WITHIN,
                () -> house.number("SELECT (extract(epoch FROM min(query_start)) * 1000)::bigint FROM pg_stat_activity"
                                + " WHERE application_name = 'tollgate-gateway-ledger'")
                        > moment + 1_100);
    }
}
