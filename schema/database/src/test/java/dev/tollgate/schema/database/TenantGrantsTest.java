package dev.tollgate.schema.database;

import static dev.tollgate.schema.database.TestDatabase.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What the role `tollgate_tenant` may do when its SQL is written by an attacker who has a context of its own, and what
/// row-level security still holds when a grant was given by mistake.
class TenantGrantsTest {

    private static final String OWN = "own.tenant";
    private static final String OTHER = "other-tenant_1";
    private static final String LEAF = "tenant_metrics_raw_2026_10";
    private static final Instant LATER = Instant.parse("2190-01-01T00:00:00Z");

    private static TestDatabase database;
    private static List<String> readable;

    private Connection tenant;

    @BeforeAll
    static void fillsEveryTableThatTenantsRead() throws SQLException {
        database = TestDatabase.migrated();
        readable = TenantRows.makeOf(database, OWN, OTHER);
    }

    @BeforeEach
    void connects() throws SQLException {
        tenant = database.as("tollgate_tenant");
        tenant.setAutoCommit(false);
    }

    @AfterEach
    void closes() throws SQLException {
        tenant.close();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void leafPartitionsAreClosed(boolean entered) throws SQLException {
        if (entered) {
            enter(tenant, token(OWN, LATER));
        }
        assertThat(Sql.stateOf(tenant, "SELECT * FROM " + LEAF)).isEqualTo(Sql.REFUSED);
    }

    @Test
    void aLeafThatWasGrantedByMistakeStillShowsTheOwnRowsOnly() throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            superuser.setAutoCommit(false);
            Sql.run(superuser, "GRANT SELECT ON " + LEAF + " TO tollgate_tenant");
            Sql.run(superuser, "SET LOCAL ROLE tollgate_tenant");
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM " + LEAF)).isEmpty();
            enter(superuser, token(OWN, LATER));
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM " + LEAF)).containsExactly(OWN);
            superuser.rollback();
        }
    }

    @Test
    void evenTheTablesOwnerIsUnderRowLevelSecurity() throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            superuser.setAutoCommit(false);
            for (String table : List.of("tenant_metrics_raw", LEAF)) {
                Sql.run(superuser, "DROP POLICY works_across_tenants ON " + table);
            }
            Sql.run(superuser, "SET LOCAL ROLE tollgate_owner");
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM tenant_metrics_raw"))
                    .isEmpty();
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM " + LEAF)).isEmpty();
            superuser.rollback();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "SET ROLE tollgate_owner",
                "SET ROLE tollgate_admin",
                "SET ROLE tollgate_billing",
                "SET ROLE tollgate_ingest",
                "SET ROLE postgres",
                "SET SESSION AUTHORIZATION tollgate_ingest",
                "SELECT * FROM tollgate.secrets",
                "SELECT * FROM operator_keys",
                "SELECT * FROM api_keys",
                "SELECT * FROM audit_log",
                "SELECT tollgate.hmac('tenant_context', 'x')",
                "SELECT tollgate.bound_context('other-tenant_1|9999999999')",
                "SELECT tollgate.store_secret('tenant_context', decode(repeat('00', 32), 'hex'))",
                "SELECT tollgate.protect('tenants', '{}')",
                "SELECT tollgate.ensure_month('2030-01-01')",
                "SELECT tollgate.set_quotas('own.tenant', 'enterprise', NULL, now(), 'me')",
                "SELECT tollgate.register_tenant('mine', 'Mine', 'UTC', 'free', '2026-01-01', NULL, 'me')",
                "INSERT INTO tenants (tenant_id, display_name, created_by) VALUES ('mine', 'Mine', 'me')",
                "UPDATE tenant_quotas SET requests_per_day = 1",
                "DELETE FROM tenant_quota_violations",
                "UPDATE tenant_billing_periods SET invoice_status = 'paid'",
                "CREATE TABLE public.mine (x int)",
                "ALTER TABLE tenants DISABLE ROW LEVEL SECURITY",
                "COPY tenants TO PROGRAM 'true'"
            })
    void evenInsideItsContextATenantMayNot(String attack) throws SQLException {
        enter(tenant, token(OWN, LATER));
        assertThat(Sql.stateOf(tenant, attack)).isEqualTo(Sql.REFUSED);
    }

    @Test
    void switchingRowSecurityOffIsAnErrorAndNotAWayIn() throws SQLException {
        enter(tenant, token(OWN, LATER));
        Sql.run(tenant, "SET row_security = off");
        for (String table : readable) {
            assertThat(Sql.stateWithin(tenant, "SELECT * FROM " + table))
                    .as(table)
                    .isEqualTo(Sql.REFUSED);
        }
    }

    @Test
    void rowsOfAnotherTenantCannotBeWrittenEvenWithTheGrant() throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            superuser.setAutoCommit(false);
            Sql.run(superuser, "GRANT INSERT, UPDATE ON tenant_quota_violations TO tollgate_tenant");
            Sql.run(superuser, "SET LOCAL ROLE tollgate_tenant");
            enter(superuser, token(OWN, LATER));
            String insert = "INSERT INTO tenant_quota_violations (tenant_id, quota_type, limit_value, current_value) "
                    + "VALUES (?, 'requests_per_hour', 1, 1)";
            assertThat(Sql.stateWithin(superuser, insert, OTHER)).isEqualTo(Sql.REFUSED);
            assertThat(Sql.stateWithin(superuser, "UPDATE tenant_quota_violations SET tenant_id = ?", OTHER))
                    .isEqualTo(Sql.REFUSED);
            assertThat(Sql.stateWithin(superuser, insert, OWN)).isEqualTo("accepted");
            superuser.rollback();
        }
    }

    private static void enter(Connection connection, String token) throws SQLException {
        Sql.run(connection, "SELECT tollgate.enter(?)", token);
    }
}
