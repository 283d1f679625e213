package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.testing.Events;
import dev.tollgate.ingest.testing.IngestProcesses;
import dev.tollgate.ingest.testing.TestDatabase;
import dev.tollgate.ingest.testing.TopicFeed;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.postgres.PostgresServer;
import dev.tollgate.testing.process.ServiceProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Several instances share the partitions, lose them and get them back.
class SharedPartitionsTest {

    private static final Duration DEADLINE = Duration.ofSeconds(90);
    private static final int TENANTS = 24;
    private static final int EVENTS_PER_TENANT = 40;
    private static final String RAW = " FROM tenant_metrics_raw WHERE tenant_id LIKE 'shared-%'";
    private static final String OWNERS =
            "SELECT count(DISTINCT backend_pid) FROM ingest_positions JOIN pg_stat_activity ON pid = backend_pid";

    private final TestDatabase database = TestDatabase.create();

    /// Struck by SIGSTOP while its backend stands in COPY, before the transaction can commit; goes on when another
    /// instance has taken its partitions and stored what it was storing.
    @Test
    void aZombieThatWakesInTheMiddleOfCopyAddsNothingAndLosesNothing(@TempDir Path folder) throws SQLException {
        try (IngestProcesses instances = new IngestProcesses(database, folder);
                TopicFeed feed = new TopicFeed()) {
            ServiceProcess zombie = instances.start("zombie");
            Await.until(
                    "one owns every partition",
                    DEADLINE,
                    () -> database.count("SELECT count(*) FROM ingest_positions") == Topics.PARTITIONS);
            feed.publish(events(0));
            awaitRows(1);
            long session = database.count("SELECT min(backend_pid) FROM ingest_positions");
            ServiceProcess other = instances.start("other");
            Await.until("both share the partitions", DEADLINE, () -> database.count(OWNERS) == 2);

            try (Connection lock = lockMonth()) {
                feed.publish(events(1));
                Await.until("the zombie's session stands in COPY", DEADLINE, () -> standsInCopy(session));
                zombie.pause();
                lock.rollback();
            }
            Await.until(
                    "the other owns every partition",
                    DEADLINE,
                    () -> database.count("SELECT count(*) FROM ingest_positions WHERE backend_pid = " + session) == 0
                            && database.count(OWNERS) == 1);
            awaitRows(2);

            zombie.resume();
            feed.publish(events(2));
            Await.until("both share the partitions again", DEADLINE, () -> database.count(OWNERS) == 2);
            feed.publish(events(2));
            awaitRows(3);

            assertThat(other.terminate(DEADLINE)).isEqualTo(143);
            feed.publish(events(3));
            awaitRows(4);
            requireComplete(4);
        }
    }

    /// Complete sources of all tenants, in disorder, the same ones for the same round.
    private static List<RequestEvent> events(int round) {
        List<RequestEvent> events = new ArrayList<>();
        for (int tenant = 0; tenant < TENANTS; tenant++) {
            String name = "shared-" + tenant;
            String source = name + "." + Topics.partitionOf(name);
            long from = (long) round * EVENTS_PER_TENANT + 1;
            events.addAll(Events.events(name, source, from, from + EVENTS_PER_TENANT - 1));
        }
        Collections.shuffle(events, new Random(round));
        return events;
    }

    private void awaitRows(int rounds) {
        long expected = (long) rounds * TENANTS * EVENTS_PER_TENANT;
        Await.until(expected + " rows", DEADLINE, () -> database.count("SELECT count(*)" + RAW) == expected);
    }

    /// By sequence, since a repeated event of this test has another id.
    private void requireComplete(int rounds) {
        assertThat(database.count("SELECT count(DISTINCT (source, sequence))" + RAW))
                .isEqualTo(database.count("SELECT count(*)" + RAW))
                .isEqualTo((long) rounds * TENANTS * EVENTS_PER_TENANT);
        assertThat(database.count("SELECT count(*) FROM ingest_sequences WHERE source LIKE 'shared-%' AND highest = "
                        + rounds * EVENTS_PER_TENANT + " AND missing = '{}'"))
                .isEqualTo(TENANTS);
        assertThat(database.count("SELECT count(*) FROM tenant_stale_hours")).isZero();
    }

    /// Keeps every COPY waiting with its first row.
    private Connection lockMonth() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        Connection connection =
                server.dataSource(database.name(), server.superuser()).getConnection();
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("LOCK TABLE tenant_metrics_raw_2026_03 IN SHARE MODE");
        }
        return connection;
    }

    private boolean standsInCopy(long session) {
        return database.count("SELECT count(*) FROM pg_stat_activity WHERE pid = " + session
                        + " AND query LIKE 'COPY tenant_metrics_raw %' AND wait_event_type = 'Lock'")
                == 1;
    }
}
