package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/// Ingest passes row-level security, so its grants are all that bounds it.
class IngestRoleTest {

    private static final String ROLE = "tollgate_ingest";
    private static final String COLUMNS = "(tenant_id, event_time, id, event_type, source, sequence, log_position)";

    private static TestDatabase database;

    @BeforeAll
    static void migrates() throws SQLException {
        database = TestDatabase.migrated();
        try (Connection ingest = database.as(ROLE)) {
            Sql.run(ingest, "SELECT tollgate.ensure_month('2026-10-01')");
        }
    }

    @Test
    void copiesTextAndBinaryIntoTheParent() throws SQLException, IOException {
        try (Connection ingest = database.as(ROLE);
                Connection superuser = database.asSuperuser()) {
            String row =
                    "'copied', '2026-10-05T00:00:00Z'::timestamptz, uuid_generate_v7(), 'api_request', 'lane.0', 1::bigint, 1::bigint";
            for (String format : new String[] {"text", "binary"}) {
                ByteArrayOutputStream bytes = new ByteArrayOutputStream();
                copy(superuser).copyOut("COPY (SELECT " + row + ") TO STDOUT (FORMAT " + format + ")", bytes);
                String copyIn = "COPY tenant_metrics_raw " + COLUMNS + " FROM STDIN (FORMAT " + format + ")";
                assertThat(copy(ingest).copyIn(copyIn, new ByteArrayInputStream(bytes.toByteArray())))
                        .isOne();
            }
            assertThat(Sql.number(ingest, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'copied'"))
                    .isEqualTo(2);
        }
    }

    @Test
    void mayNotCopyIntoALeaf() throws SQLException {
        try (Connection ingest = database.as(ROLE)) {
            byte[] row = "copied\t2026-10-05T00:00:00Z\n".getBytes(StandardCharsets.UTF_8);
            assertThatThrownBy(() -> copy(ingest)
                            .copyIn(
                                    "COPY tenant_metrics_raw_2026_10 (tenant_id, event_time) FROM STDIN",
                                    new ByteArrayInputStream(row)))
                    .hasMessageContaining("permission denied");
        }
    }

    @Test
    void writesItsOwnTablesOnly() throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            assertThat(Sql.texts(superuser, """
                    SELECT c.relname || ' ' || string_agg(p, ' ' ORDER BY p)
                    FROM pg_class c, unnest(ARRAY['INSERT', 'UPDATE', 'DELETE', 'TRUNCATE', 'REFERENCES', 'TRIGGER']) p
                    WHERE c.relnamespace IN ('public'::regnamespace, 'tollgate'::regnamespace) AND c.relkind IN ('r', 'p')
                        AND has_table_privilege('tollgate_ingest', c.oid, p)
                    GROUP BY c.relname ORDER BY c.relname
                    """))
                    .containsExactly(
                            "audit_log INSERT",
                            "event_keys INSERT",
                            "event_sources INSERT UPDATE",
                            "ingest_positions INSERT UPDATE",
                            "ingest_sequences INSERT UPDATE",
                            "intake_outbox DELETE INSERT UPDATE",
                            "tenant_metrics_raw INSERT",
                            "tenant_stale_hours INSERT UPDATE");
        }
    }

    @Test
    void endsABackendOfItsOwnRoleOnly() throws SQLException {
        try (Connection ingest = database.as(ROLE);
                Connection zombie = database.as(ROLE);
                Connection stranger = database.as("tollgate_billing")) {
            String terminate = "SELECT tollgate.terminate_backend(?)";
            assertThat(Sql.truth(ingest, terminate, pidOf(zombie))).isTrue();
            assertThat(Sql.stateOf(zombie, "SELECT 1")).isNotEqualTo("accepted");
            assertThat(Sql.truth(ingest, terminate, pidOf(stranger))).isFalse();
            assertThat(Sql.stateOf(stranger, "SELECT 1")).isEqualTo("accepted");
            assertThat(Sql.truth(ingest, terminate, pidOf(ingest))).isFalse();
            assertThat(Sql.truth(ingest, terminate, (Object) null)).isFalse();
            assertThat(Sql.stateOf(stranger, terminate, pidOf(ingest))).isEqualTo(Sql.REFUSED);
        }
    }

    private static int pidOf(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getBackendPID();
    }

    private static CopyManager copy(Connection connection) throws SQLException {
        return connection.unwrap(PGConnection.class).getCopyAPI();
    }
}
