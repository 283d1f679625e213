package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.Connection;
import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// Setting the limits of route policies, for all and for one tenant.
class RoutePoliciesTest {

    private static final String SET = "SELECT tollgate.set_route_policy(?, ?::jsonb, 'ops')";
    private static final String SET_TENANTS = "SELECT tollgate.set_tenant_route_policy(?, ?, ?::jsonb, 'ops')";
    private static final String REVISION = "SELECT revision FROM catalog_revision";

    private static Connection admin;

    @BeforeAll
    static void registersATenant() throws SQLException {
        admin = TestDatabase.migrated().as("tollgate_admin");
        Sql.run(
                admin,
                "SELECT tollgate.register_tenant('acme', 'A tenant', 'UTC', 'free', '2026-10-01', NULL, 'test')");
    }

    @AfterAll
    static void closes() throws SQLException {
        admin.close();
    }

    @Test
    void setsChangesAndRemovesTheDefault() throws SQLException {
        assertThat(announced(SET, "search", "{\"requests_per_minute\": 30, \"requests_per_day\": null}"))
                .isTrue();
        assertThat(announced(SET, "search", "{\"requests_per_minute\": 30}")).isFalse();
        assertThat(announced(SET, "search", "{\"requests_per_hour\": 9, \"enforcement\": \"shadow\"}"))
                .isTrue();
        assertThat(Sql.text(admin, """
                SELECT concat_ws(' ', coalesce(requests_per_minute, -1), requests_per_hour, enforcement, sliding_fallback,
                    calendar_fallback, updated_by) FROM route_policies WHERE policy = 'search'
                """)).isEqualTo("-1 9 shadow fair-share closed ops");
        assertThat(announced(SET, "search", null)).isTrue();
        assertThat(announced(SET, "search", null)).isFalse();
        assertThat(Sql.texts(admin, """
                SELECT coalesce(before ->> 'requests_per_minute', '') || '>' || coalesce(after ->> 'enforcement', 'gone')
                FROM audit_log WHERE subject = 'route_policies/search' ORDER BY audit_id
                """)).containsExactly(">enforce", "30>shadow", ">gone");
    }

    @Test
    void setsChangesAndRemovesATenantsOwn() throws SQLException {
        assertThat(announced(SET_TENANTS, "acme", "uploads", "{\"requests_per_day\": 5}"))
                .isTrue();
        assertThat(announced(SET_TENANTS, "acme", "uploads", "{\"requests_per_day\": 5}"))
                .isFalse();
        assertThat(announced(SET_TENANTS, "acme", "uploads", "{\"requests_per_day\": 6}"))
                .isTrue();
        assertThat(announced(SET_TENANTS, "acme", "uploads", null)).isTrue();
        assertThat(announced(SET_TENANTS, "acme", "uploads", null)).isFalse();
        assertThat(Sql.texts(admin, """
                SELECT concat_ws('>', before ->> 'requests_per_day', after ->> 'requests_per_day') FROM audit_log
                WHERE tenant_id = 'acme' AND subject = 'tenant_route_policies/uploads' ORDER BY audit_id
                """)).containsExactly("5", "5>6", "6");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            value = {
                "search; {\"requests_per_year\": 1}; a route policy has no requests_per_year",
                "search; {\"requests_per_day\": -1}; requests_per_day_check",
                "search; {\"requests_per_day\": \"many\"}; bigint",
                "search; {\"enforcement\": \"maybe\"}; enforcement_check",
                "search; [1]; are an object",
                "#db_queries; {}; cannot be named #db_queries",
                "Search; {}; cannot be named Search"
            })
    void impossiblePoliciesAreRefused(String policy, String limits, String reason) {
        assertThatThrownBy(() -> Sql.run(admin, SET, policy, limits)).hasMessageContaining(reason);
        assertThatThrownBy(() -> Sql.run(admin, SET_TENANTS, "acme", policy, limits))
                .hasMessageContaining(reason);
    }

    @Test
    void aTenantThatIsNotThereIsNamed() {
        assertThatThrownBy(() -> Sql.run(admin, SET_TENANTS, "nobody", "search", "{}"))
                .hasMessageContaining("no tenant nobody");
    }

    @Test
    void usageListsThePoliciesInForce() throws SQLException {
        Sql.run(admin, SET, "export", "{\"requests_per_day\": 50}");
        Sql.run(admin, SET, "report", "{\"requests_per_day\": 60}");
        Sql.run(admin, SET_TENANTS, "acme", "report", "{\"requests_per_hour\": 7}");
        assertThat(Sql.texts(admin, """
                SELECT concat_ws(' ', policy, quota_type, limit_value) FROM tollgate.quota_usage('acme') WHERE policy <> ''
                """)).containsExactly("export requests_per_day 50", "report requests_per_hour 7");
        assertThat(Sql.text(admin, "SELECT check_tenant_quota('acme', 'day') ->> 'limit'"))
                .isEqualTo("10000");
    }

    /// Whether the call says that it changed something; then, and only then, gateways hear of it.
    private static boolean announced(String sql, @Nullable Object... arguments) throws SQLException {
        long before = Sql.number(admin, REVISION);
        boolean changed = Sql.truth(admin, sql, arguments);
        assertThat(Sql.number(admin, REVISION) > before).isEqualTo(changed);
        return changed;
    }
}
