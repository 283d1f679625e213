package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// Registering tenants and changing their limits.
class QuotasOverTimeTest {

    private static final String REGISTER =
            "SELECT tollgate.register_tenant(?, 'A tenant', ?, ?, ?::date, ?::jsonb, 'test')";
    private static final String SET = "SELECT tollgate.set_quotas(?, ?, ?::jsonb, ?::timestamptz, 'test')";
    private static final String IN_FORCE =
            "SELECT requests_per_day FROM tenant_quotas WHERE tenant_id = ? AND valid_period @> ?::timestamptz";

    private static Connection admin;

    @BeforeAll
    static void migrates() throws SQLException {
        admin = TestDatabase.migrated().as("tollgate_admin");
    }

    @AfterAll
    static void closes() throws SQLException {
        admin.close();
    }

    @Test
    void registersOnceAndChangesNothingTheSecondTime() throws SQLException {
        assertThat(Sql.truth(
                        admin, REGISTER, "once", "Asia/Tokyo", "starter", "2026-10-01", "{\"requests_per_day\": 7}"))
                .isTrue();
        assertThat(Sql.text(admin, IN_FORCE, "once", "2026-10-01T00:00:00+09:00"))
                .isEqualTo("7");
        assertThat(Sql.texts(admin, IN_FORCE, "once", "2026-09-30T23:59:59.999999+09:00"))
                .isEmpty();
        String everything = """
                SELECT jsonb_build_array(
                    (SELECT jsonb_agg(t) FROM tenants t WHERE tenant_id = 'once'),
                    (SELECT jsonb_agg(q) FROM tenant_quotas q WHERE tenant_id = 'once'),
                    (SELECT jsonb_agg(p) FROM plan_assignments p WHERE tenant_id = 'once'),
                    (SELECT jsonb_agg(a) FROM audit_log a WHERE tenant_id = 'once'),
                    (SELECT revision FROM catalog_revision))
                """;
        String before = Sql.text(admin, everything);
        assertThat(Sql.truth(admin, REGISTER, "once", "UTC", "enterprise", "2020-01-01", null))
                .isFalse();
        assertThat(Sql.text(admin, everything).replaceAll(", [0-9]+\\]$", ""))
                .isEqualTo(before.replaceAll(", [0-9]+\\]$", ""));
    }

    @Test
    void pricesAreThePlansOwn() throws SQLException {
        Sql.run(admin, REGISTER, "priced", "UTC", "professional", "2026-10-01", null);
        assertThat(Sql.text(admin, """
                SELECT tier || ' ' || monthly_fee_cents || ' ' || overage_rate_per_1k_requests_cents
                FROM tenant_quotas WHERE tenant_id = 'priced'
                """)).isEqualTo("professional 9900 30");
    }

    @Test
    void oneRowIsInForceAtEachMomentHoweverLimitsChange() throws SQLException {
        Random random = new Random(42);
        for (int tenant = 0; tenant < 5; tenant++) {
            String tenantId = "changing-" + tenant;
            Sql.run(admin, REGISTER, tenantId, "UTC", "free", "2026-10-01", null);
            for (int change = 0; change < 12; change++) {
                // Before the first row, between rows, at a row's very start, and in the future.
                String from = Instant.parse("2026-09-25T00:00:00Z")
                        .plusSeconds(86_400L * random.nextInt(120))
                        .toString();
                long limit = random.nextLong(1_000_000);
                Sql.run(admin, SET, tenantId, "starter", "{\"requests_per_day\": " + limit + "}", from);
                assertThat(Sql.number(admin, IN_FORCE, tenantId, from)).isEqualTo(limit);
                assertUnbroken(tenantId);
            }
            assertThat(Sql.number(admin, """
                    SELECT count(*) FROM audit_log WHERE tenant_id = ? AND action = 'quotas.set'
                    """, tenantId)).isEqualTo(13);
        }
    }

    /// Sorted by time, each row ends where the next begins, and only the last has no end.
    private static void assertUnbroken(String tenantId) throws SQLException {
        assertThat(Sql.texts(admin, """
                SELECT valid_period FROM (
                    SELECT valid_period, lead(lower(valid_period)) OVER (ORDER BY lower(valid_period)) AS next_from
                    FROM tenant_quotas WHERE tenant_id = ?) rows
                WHERE upper(valid_period) IS DISTINCT FROM next_from
                """, tenantId)).isEmpty();
    }

    @Test
    void aChangeLeavesThePastAlone() throws SQLException {
        Sql.run(admin, REGISTER, "kept", "UTC", "free", "2026-10-01", null);
        Sql.run(admin, SET, "kept", "starter", null, "2026-10-15T00:00:00Z");
        assertThat(Sql.text(admin, IN_FORCE, "kept", "2026-10-14T23:59:59Z")).isEqualTo("10000");
        assertThat(Sql.text(admin, IN_FORCE, "kept", "2026-10-15T00:00:00Z")).isEqualTo("50000");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "utc",
                "europe/berlin",
                "Berlin",
                "EST",
                "Nowhere/City",
                "Nowhere+3",
                "Nowhere/City+3",
                "NOWHERE/CITY+3",
                "Etc/GMT+13",
                "+03:00",
                "../UTC"
            })
    void aTimeZoneThatIsNotOneIsRefused(String timeZone) throws SQLException {
        assertThatThrownBy(() -> Sql.run(admin, REGISTER, "lost", timeZone, "free", "2026-10-01", null))
                .hasMessageContaining("tenant lost: no time zone " + timeZone);
        assertThat(Sql.texts(admin, "SELECT tenant_id FROM tenants WHERE tenant_id = 'lost'"))
                .isEmpty();
    }

    @Test
    void registeringLeavesTheSessionsTimeZoneAlone() throws SQLException {
        Sql.run(admin, "SET timezone = 'Asia/Tokyo'");
        Sql.run(admin, REGISTER, "far", "America/Argentina/Buenos_Aires", "free", "2026-10-01", null);
        assertThat(Sql.text(admin, "SHOW timezone")).isEqualTo("Asia/Tokyo");
        assertThat(Sql.truth(admin, """
                SELECT lower(valid_period) = '2026-10-01T00:00:00-03:00' FROM tenant_quotas WHERE tenant_id = 'far'
                """)).isTrue();
        Sql.run(admin, "RESET timezone");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "free; {\"requests_per_year\": 1}; 2026-10-01; quotas cannot override requests_per_year",
                "free; {\"tenant_id\": \"x\", \"monthly_fee_cents\": 0}; 2026-10-01; quotas cannot override monthly_fee_cents, tenant_id",
                "free; {\"requests_per_day\": null}; 2026-10-01; quotas cannot override requests_per_day",
                "free; {\"requests_per_day\": -1}; 2026-10-01; requests_per_day_check",
                "gold; {}; 2026-10-01; no plan gold",
                "free; {}; infinity; quotas need a moment"
            })
    void impossibleLimitsAreRefused(String plan, String overrides, String from, String reason) throws SQLException {
        Sql.run(admin, REGISTER, "sane", "UTC", "free", "2026-10-01", null);
        assertThatThrownBy(() -> Sql.run(admin, SET, "sane", plan, overrides, from))
                .hasMessageContaining(reason);
        assertUnbroken("sane");
    }
}
