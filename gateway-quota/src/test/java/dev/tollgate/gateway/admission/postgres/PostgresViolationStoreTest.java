package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.admission.ViolationCounter;
import dev.tollgate.testing.Await;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;

/// Denials as rows.
final class PostgresViolationStoreTest {

    private static final Instant MINUTE = Instant.parse("2026-05-01T10:20:00Z");

    @Test
    void anAttackWritesOneRowAMinute() throws Exception {
        GatewayDatabase database = GatewayDatabase.create();
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setURL(database.url());
        source.setUser(GatewayDatabase.GATEWAY_ROLE);
        AtomicLong nanos = new AtomicLong();
        LedgerClock clock = new LedgerClock(() -> MINUTE.plusSeconds(5), nanos::get);
        try (ViolationCounter violations = new ViolationCounter(new PostgresViolationStore(source), clock)) {
            violations.start();
            record(violations, 5_000);
            Await.until("the first are stored", Duration.ofSeconds(10), () -> denied(database) == 5_000);
            record(violations, 1_000);
            nanos.set(Duration.ofMinutes(1).toNanos());
            record(violations, 1);
        }

        assertThat(denied(database)).isEqualTo(6_001);
        assertThat(database.number("SELECT count(*) FROM tenant_quota_violations"))
                .isEqualTo(2);
        assertThat(database.text("SELECT violated_at AT TIME ZONE 'UTC' || ' ' || quota_type || ' ' || route || ' ' || "
                        + "endpoint || ' ' || limit_value FROM tenant_quota_violations ORDER BY violated_at"))
                .isEqualTo("2026-05-01 10:20:00 requests_per_day search /v1/search/it's \"x\" 10");
    }

    private static void record(ViolationCounter violations, int times) {
        QuotaState state = new QuotaState(QuotaWindow.DAY, 10, 10, Duration.ofHours(1), MINUTE);
        for (int i = 0; i < times; i++) {
            violations.record("acme", state, "search", "/v1/search/it's \"x\"");
        }
    }

    private static long denied(GatewayDatabase database) throws Exception {
        return database.number("SELECT coalesce(sum(denied_count), 0) FROM tenant_quota_violations");
    }
}
