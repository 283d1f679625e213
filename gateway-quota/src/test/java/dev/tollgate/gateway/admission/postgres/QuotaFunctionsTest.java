package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.admission.LeaseWant;
import dev.tollgate.gateway.admission.QuotaLedger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The functions by which people read the ledger.
final class QuotaFunctionsTest {

    private final GatewayDatabase database = GatewayDatabase.create();

    @BeforeEach
    void registerATenant() throws SQLException {
        database.register("acme", 5, 100, 5, 1_000);
    }

    @Test
    void checkTenantQuotaReadsTheLedgerAndTakesNothing() throws Exception {
        use(3);

        assertThat(check("acme", "day")).isEqualTo("true|5|3|2");
        assertThat(check("acme", "day")).isEqualTo("true|5|3|2");
        assertThat(check("acme", "hour")).isEqualTo("true|100|3|97");
        assertThat(check("acme", "month")).isEqualTo("true|1000|3|997");
        assertThat(violations()).isZero();
    }

    @Test
    void checkTenantQuotaLogsAViolationOnceTheQuotaIsSpent() throws Exception {
        use(5);

        assertThat(check("acme", "minute")).isEqualTo("false|5|5|");
        assertThat(check("acme", "day")).isEqualTo("false|5|5|");
        assertThat(violations()).isEqualTo(2);
        assertThat(database.text("SELECT (check_tenant_quota('acme', 'day') ->> 'resets_at')::timestamptz "
                        + "= date_trunc('day', now(), 'UTC') + interval '1 day'"))
                .isEqualTo("t");
    }

    @Test
    void checkTenantQuotaNamesWhatItDoesNotKnow() throws Exception {
        assertThat(database.text("SELECT check_tenant_quota('nobody', 'day') ->> 'reason'"))
                .isEqualTo("Tenant not found or quota not configured");
        assertThat(database.text("SELECT check_tenant_quota('acme', 'decade') ->> 'reason'"))
                .isEqualTo("Invalid quota type");
    }

    @Test
    void usageOfATenantThatNeverCalledIsZero() throws Exception {
        assertThat(database.text("SELECT string_agg(quota_type || ' ' || current_value || '/' || limit_value, ', ') "
                        + "FROM tollgate.quota_usage('acme')"))
                .isEqualTo("requests_per_minute 0/5, requests_per_hour 0/100, requests_per_day 0/5, "
                        + "requests_per_month 0/1000, db_queries_per_hour 0/5000");
    }

    @Test
    void aTenantRoleSeesNoUsageWithoutItsContextAndMayNotCheckOthers() throws Exception {
        use(1);
        try (Connection connection = database.connect();
                Statement statement = connection.createStatement()) {
            statement.execute("SET ROLE tollgate_tenant");
            try (ResultSet rows = statement.executeQuery("SELECT * FROM tollgate.quota_usage('acme')")) {
                assertThat(rows.next()).isFalse();
            }
            assertThatThrownBy(() -> statement.execute("SELECT check_tenant_quota('acme', 'day')"))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void warmingUpLeavesNothingBehind() throws Exception {
        long revision = database.number("SELECT revision FROM catalog_revision");

        database.execute("SELECT tollgate.warm_exchange()");

        assertThat(database.number("SELECT count(*) FROM quota_ledger")).isZero();
        assertThat(database.number("SELECT count(*) FROM tenants")).isEqualTo(1);
        assertThat(database.number("SELECT revision FROM catalog_revision")).isEqualTo(revision);
    }

    private void use(long tokens) throws Exception {
        try (ClockedPostgresLedger ledger = new ClockedPostgresLedger(database)) {
            ledger.setClock(database.now());
            var want = new LeaseWant("acme", "", 1, tokens, tokens, QuotaLedger.LEASE_LIFE_MS_MAX, List.of());
            assertThat(ledger.as("g").exchange(List.of(want)).getFirst().granted())
                    .isEqualTo(tokens);
        }
    }

    private long violations() throws SQLException {
        return database.number("SELECT count(*) FROM tenant_quota_violations WHERE tenant_id = 'acme'");
    }

    /// The answer as `allowed|limit|current|remaining`.
    private String check(String tenantId, String type) throws SQLException {
        return database.text("SELECT concat_ws('|', c ->> 'allowed', c ->> 'limit', c ->> 'current', "
                + "coalesce(c ->> 'remaining', '')) FROM check_tenant_quota('" + tenantId + "', '" + type + "') AS c");
    }
}
