package dev.tollgate.schema.database;

import static dev.tollgate.schema.database.TestDatabase.token;
import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Months of raw events that the service makes while it runs, and how they end.
class RawMonthsTest {

    private static final String OWN = "own.tenant";
    private static final String OTHER = "other-tenant_1";
    private static final String LEAF = "tenant_metrics_raw_2031_05";
    private static final Instant LATER = Instant.parse("2190-01-01T00:00:00Z");

    private static TestDatabase database;

    @BeforeAll
    static void makesAMonthAsTheServiceDoes() throws SQLException {
        database = TestDatabase.migrated();
        try (Connection ingest = database.as("tollgate_ingest")) {
            assertThat(Sql.truth(ingest, "SELECT tollgate.ensure_month('2031-05-01')"))
                    .isTrue();
            for (String tenant : List.of(OWN, OTHER)) {
                Sql.run(ingest, """
                        INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, source, sequence, log_position)
                        VALUES (?, '2031-05-05', 'api_request', 'lane.0', 1, 1)""", tenant);
            }
        }
    }

    @Test
    void theLeafHasTheSameForcedRowSecurityAsTheTable() throws SQLException {
        String security = """
                SELECT concat_ws(' ', relrowsecurity, relforcerowsecurity, relacl IS NULL OR NOT EXISTS (
                        SELECT FROM aclexplode(relacl) a WHERE a.grantee <> relowner), (
                    SELECT string_agg(concat_ws(' ', polname, polcmd, polpermissive, pg_get_expr(polqual, polrelid),
                        pg_get_expr(polwithcheck, polrelid)), '; ' ORDER BY polname) FROM pg_policy WHERE polrelid = c.oid))
                FROM pg_class c WHERE relname = ?""";
        try (Connection superuser = database.asSuperuser()) {
            String ofLeaf = Sql.text(superuser, security, LEAF);
            assertThat(ofLeaf).startsWith("t t t ");
            assertThat(ofLeaf.substring(6))
                    .isEqualTo(
                            Sql.text(superuser, security, "tenant_metrics_raw").substring(6));
        }
    }

    @Test
    void theLeafItselfShowsNobodyElsesRowsEvenWithAGrant() throws SQLException {
        try (Connection tenant = database.as("tollgate_tenant")) {
            assertThat(Sql.stateOf(tenant, "SELECT * FROM " + LEAF)).isEqualTo(Sql.REFUSED);
        }
        try (Connection superuser = database.asSuperuser()) {
            superuser.setAutoCommit(false);
            Sql.run(superuser, "GRANT SELECT, INSERT, UPDATE, DELETE ON " + LEAF + " TO tollgate_tenant");
            Sql.run(superuser, "SET LOCAL ROLE tollgate_tenant");
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM " + LEAF))
                    .as("without a context")
                    .isEmpty();
            Sql.run(superuser, "SELECT tollgate.enter(?)", token(OWN, LATER));
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM " + LEAF)).containsExactly(OWN);
            assertThat(Sql.texts(superuser, "DELETE FROM " + LEAF + " WHERE tenant_id = ? RETURNING tenant_id", OTHER))
                    .isEmpty();
            assertThat(Sql.stateWithin(superuser, "UPDATE " + LEAF + " SET tenant_id = ?", OTHER))
                    .isEqualTo(Sql.REFUSED);
            superuser.rollback();
        }
    }

    @Test
    void theOwnerOfTheLeafIsUnderItToo() throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            superuser.setAutoCommit(false);
            Sql.run(superuser, "DROP POLICY works_across_tenants ON " + LEAF);
            Sql.run(superuser, "SET LOCAL ROLE tollgate_owner");
            assertThat(Sql.texts(superuser, "SELECT tenant_id FROM " + LEAF)).isEmpty();
            superuser.rollback();
        }
    }

    @Test
    void aMonthThatHasNotEndedIsNotSealed() throws SQLException {
        try (Connection ingest = database.as("tollgate_ingest")) {
            assertThat(Sql.texts(ingest, "SELECT * FROM tollgate.raw_month_holds('2031-05-01')"))
                    .contains("the month has not ended");
            assertThat(Sql.stateOf(ingest, "SELECT tollgate.seal_raw_month('2031-05-01')"))
                    .isEqualTo("55000");
            assertThat(Sql.stateOf(ingest, "SELECT tollgate.seal_raw_month('2031-06-01')"))
                    .isEqualTo("P0002");
            for (String table : List.of("raw_months", LEAF)) {
                assertThat(Sql.stateOf(ingest, "DELETE FROM " + table)).isEqualTo(Sql.REFUSED);
            }
            assertThat(Sql.stateOf(ingest, "DROP TABLE " + LEAF)).isEqualTo(Sql.REFUSED);
            assertThat(Sql.stateOf(ingest, "SELECT tollgate.unseal_raw_month('2031-05-01', 'r', 'me')"))
                    .isEqualTo(Sql.REFUSED);
        }
    }
}
