package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/// `tollgate.abandon_source`, as the gateway's role calls it.
class AbandonedSourcesTest {

    private static final String ABANDON = "SELECT tollgate.abandon_source(?, ?, ?)";
    private static final String NO_SUCH_ROW = "P0002";
    private static final String WRONG_STATE = "55000";
    private static final String INVALID = "22023";

    private final Connection gateway;
    private final Connection superuser;

    AbandonedSourcesTest() throws SQLException {
        TestDatabase database = TestDatabase.migrated();
        gateway = database.as("tollgate_gateway");
        superuser = database.asSuperuser();
    }

    @AfterEach
    void closes() throws SQLException {
        gateway.close();
        superuser.close();
    }

    private void source(String source, long appended, long published) throws SQLException {
        Sql.run(superuser, """
                INSERT INTO event_sources (source, origin, instance, partition_id, appended, published, heartbeat_at)
                VALUES (?, 'gateway', 'g', 1, ?, ?, now())
                """, source, appended, published);
    }

    private String row(String source) throws SQLException {
        return Sql.text(
                superuser,
                "SELECT concat_ws(' ', state, known_gap, abandoned_by, abandoned_reason) FROM event_sources WHERE source = ?",
                source);
    }

    @Test
    void anOpenSourceIsAbandonedOnceWithWhatIsKnownToBeMissing() throws SQLException {
        source("lane.1", 10, 8);
        Sql.run(superuser, """
                INSERT INTO ingest_sequences (source, partition_id, highest, missing) VALUES ('lane.1', 1, 7, '{2,3,5,5}')
                """);
        assertThat(Sql.truth(gateway, ABANDON, "lane.1", " the disk is gone ", "ops"))
                .isTrue();
        assertThat(row("lane.1")).isEqualTo("abandoned 6 ops the disk is gone");
        assertThat(Sql.truth(gateway, ABANDON, "lane.1", "again", "somebody else"))
                .isFalse();
        assertThat(row("lane.1")).isEqualTo("abandoned 6 ops the disk is gone");
        assertThat(Sql.texts(superuser, """
                SELECT concat_ws(' ', actor, action, before ->> 'state', after ->> 'known_gap', reason)
                FROM audit_log WHERE subject = 'event_sources/lane.1'
                """)).containsExactly("ops source.abandoned open 6 the disk is gone");
    }

    @Test
    void ofASourceOfWhichNothingIsStoredAllIsMissing() throws SQLException {
        source("lane.2", 4, 0);
        source("lane.3", 0, 0);
        assertThat(Sql.truth(gateway, ABANDON, "lane.2", "gone", "ops")).isTrue();
        assertThat(Sql.truth(gateway, ABANDON, "lane.3", "gone", "ops")).isTrue();
        assertThat(row("lane.2")).isEqualTo("abandoned 4 ops gone");
        assertThat(row("lane.3")).isEqualTo("abandoned 0 ops gone");
    }

    /// The disk is lost after the sealing and before ingest has stored the rest.
    @Test
    void aSealedSourceIsAbandonedWhileEventsOfItAreNotStored() throws SQLException {
        source("lane.6", 9, 9);
        Sql.run(
                superuser,
                "UPDATE event_sources SET state = 'sealed', sealed_at = now(), final_sequence = 9 WHERE source = 'lane.6'");
        Sql.run(superuser, """
                INSERT INTO ingest_sequences (source, partition_id, highest, missing) VALUES ('lane.6', 1, 7, '{}')
                """);
        assertThat(Sql.truth(gateway, ABANDON, "lane.6", "gone", "ops")).isTrue();
        assertThat(row("lane.6")).isEqualTo("abandoned 2 ops gone");
    }

    @Test
    void unknownAndCompleteSourcesAndEmptyReasonsAreRefused() throws SQLException {
        source("lane.4", 1, 1);
        assertThat(Sql.stateOf(gateway, ABANDON, "nobody.1", "gone", "ops")).isEqualTo(NO_SUCH_ROW);
        assertThat(Sql.stateOf(gateway, ABANDON, "lane.4", "  ", "ops")).isEqualTo(INVALID);
        assertThat(Sql.stateOf(gateway, ABANDON, "lane.4", null, "ops")).isEqualTo(INVALID);
        assertThat(Sql.stateOf(gateway, ABANDON, "lane.4", "gone", "")).isEqualTo(INVALID);
        Sql.run(
                superuser,
                "UPDATE event_sources SET state = 'sealed', sealed_at = now(), final_sequence = 1 WHERE source = 'lane.4'");
        Sql.run(superuser, "INSERT INTO ingest_sequences (source, partition_id, highest) VALUES ('lane.4', 1, 1)");
        assertThat(Sql.stateOf(gateway, ABANDON, "lane.4", "gone", "ops")).isEqualTo(WRONG_STATE);
        assertThat(Sql.number(superuser, "SELECT count(*) FROM audit_log WHERE subject LIKE 'event_sources/%'"))
                .isZero();
    }

    @Test
    void nobodyElseMayAndThereIsNoWayAroundTheAuditLog() throws SQLException {
        source("lane.5", 1, 1);
        for (String role :
                new String[] {"tollgate_tenant", "tollgate_billing", "tollgate_console", "tollgate_finance"}) {
            Sql.run(superuser, "SET ROLE " + role);
            assertThat(Sql.stateOf(superuser, ABANDON, "lane.5", "gone", "ops"))
                    .as(role)
                    .isEqualTo(Sql.REFUSED);
            Sql.run(superuser, "RESET ROLE");
        }
        Sql.run(superuser, "SET ROLE tollgate_admin");
        assertThat(Sql.stateOf(superuser, "UPDATE event_sources SET known_gap = 0"))
                .isEqualTo(Sql.REFUSED);
        assertThat(Sql.truth(superuser, ABANDON, "lane.5", "gone", "ops")).isTrue();
        Sql.run(superuser, "RESET ROLE");
    }
}
