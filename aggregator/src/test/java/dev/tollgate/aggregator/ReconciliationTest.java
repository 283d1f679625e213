package dev.tollgate.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.aggregator.reconcile.ReconcileStatus;
import dev.tollgate.aggregator.reconcile.actuator.ReconcileHealth;
import dev.tollgate.aggregator.reconcile.kafka.KafkaLogWatch;
import dev.tollgate.aggregator.reconcile.postgres.Reconciler;
import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.HourlyRows;
import dev.tollgate.aggregator.testing.RawTable;
import dev.tollgate.aggregator.testing.Servers;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.contributor.Status;
import org.springframework.context.ConfigurableApplicationContext;

/// The reconciler beside a running service on real servers, by a clock that is ahead, so that hours in which events
/// still come count as closed. Each test has tenants of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ReconciliationTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final Duration LOSS_GRACE = Duration.ofMinutes(10);

    private final Events.PerPartition sources = new Events.PerPartition("watched");
    private final Servers servers = new Servers();
    private final Connection connection;
    private final HourlyRows rows;
    private final Path stateDir;
    private final ReconcileStatus status = new ReconcileStatus();
    private final KafkaLogWatch watch;
    private volatile Duration ahead = Duration.ofHours(2);
    private final InstantSource clock = () -> Instant.now().plus(ahead);
    private ConfigurableApplicationContext service;
    private Reconciler reconciler;

    ReconciliationTest(@TempDir Path stateDir) throws SQLException {
        this.stateDir = stateDir;
        connection = servers.superuser();
        rows = new HourlyRows(connection, DEADLINE);
        watch = new KafkaLogWatch(
                Map.of("bootstrap.servers", servers.bootstrapServers()), "tollgate-aggregator", 1, clock);
        service = start();
        reconciler = reconciler();
    }

    @AfterAll
    void stop() throws SQLException {
        service.close();
        watch.close();
        connection.close();
        servers.close();
    }

    @Test
    void reportsNothingWhileEventsComeAndTheServiceRestarts() throws Exception {
        List<RequestEvent> all = new ArrayList<>();
        List<RequestEvent> unstored = List.of();
        List<Long> offsets = List.of();
        long comparedBefore = status.comparedHours();
        for (int round = 0; round < 8; round++) {
            List<RequestEvent> events = events("clean-", 300, 4);
            List<Long> next = servers.publish(events);
            pass();
            RawTable.store(connection, unstored, offsets);
            pass();
            all.addAll(events);
            unstored = events;
            offsets = next;
            if (round == 3) {
                service.close();
                RawTable.store(connection, unstored, offsets);
                unstored = List.of();
                offsets = List.of();
                service = start();
                reconciler = reconciler();
            }
        }
        RawTable.store(connection, unstored, offsets);
        rows.awaitExactly("clean-%", all, "stream");
        Await.until("hours are compared", DEADLINE, () -> {
            pass();
            return status.comparedHours() >= comparedBefore + 20;
        });
        assertThat(rows.count("reconciliation_findings", "clean-%")).isZero();
    }

    @Test
    void findsAndMendsADamagedBucket() throws Exception {
        List<RequestEvent> events = stored("damaged");
        RawTable.execute(
                connection,
                "UPDATE tenant_metrics_hourly SET total_bytes_sent = total_bytes_sent + 1 WHERE tenant_id = 'damaged'");
        awaitFinding("damaged", "difference", "NOT NULL");
        assertThat(rows.count("reconciliation_findings", "damaged")).isEqualTo(1);
        rows.awaitExactly("damaged", events, "raw");
        assertThat(rows.differencesFromRaw("damaged")).isZero();
        assertThat(text("SELECT resolution FROM reconciliation_findings WHERE tenant_id = 'damaged'"))
                .isEqualTo("recomputed");
    }

    @Test
    void namesRowsThatShouldNotBeThere() throws Exception {
        stored("twice");
        RawTable.execute(connection, copyOfARow("twice", "sequence"));
        RawTable.execute(connection, copyOfARow("twice", "sequence + 1000000"));
        awaitFinding("twice", "duplicate", "NULL");
        awaitFinding("twice", "beyond", "NULL");
        assertThat(text("SELECT (actual->>'rows')::bigint FROM reconciliation_findings WHERE tenant_id = 'twice'"
                        + " AND kind = 'duplicate'"))
                .isEqualTo("2");
        RawTable.execute(connection, "DELETE FROM tenant_metrics_raw WHERE tenant_id = 'twice' AND endpoint = 'copy'");
        awaitFinding("twice", "duplicate", "NOT NULL");
        awaitFinding("twice", "beyond", "NOT NULL");
    }

    @Test
    void namesALostRangeUntilItArrives() throws Exception {
        stored("loser");
        int partition = Topics.partitionOf("loser");
        RawTable.execute(
                connection,
                "INSERT INTO event_sources (source, origin, instance, partition_id, appended, published, heartbeat_at)"
                        + " VALUES ('lossy', 'gateway', 'test', " + partition + ", 10, 10, now() + interval '1 day')");
        RawTable.execute(
                connection,
                "INSERT INTO ingest_sequences (source, partition_id, highest, missing) VALUES ('lossy', " + partition
                        + ", 10, '{4,6}')");
        pass();
        pass();
        assertThat(text("SELECT count(*) FROM reconciliation_findings WHERE source = 'lossy'"))
                .isEqualTo("0");
        ahead = ahead.plus(LOSS_GRACE);
        pass();
        assertThat(text("SELECT kind || ' ' || sequence_from || ' ' || sequence_to FROM reconciliation_findings"
                        + " WHERE source = 'lossy' AND resolved_at IS NULL"))
                .isEqualTo("loss 4 6");
        var health = new ReconcileHealth(status).health();
        assertThat(health.getStatus()).isEqualTo(Status.OUT_OF_SERVICE);
        assertThat(health.getDetails().toString()).contains("source lossy, sequences 4 to 6");

        RawTable.execute(connection, "UPDATE ingest_sequences SET missing = '{}' WHERE source = 'lossy'");
        pass();
        assertThat(text("SELECT resolution FROM reconciliation_findings WHERE source = 'lossy'"))
                .isEqualTo("arrived");
    }

    private static String copyOfARow(String tenant, String sequence) {
        return "INSERT INTO tenant_metrics_raw (tenant_id, event_time, id, event_type, endpoint, units, source, sequence,"
                + " log_position) SELECT tenant_id, event_time, uuidv7(), event_type, 'copy', units, source, "
                + sequence
                + ", log_position FROM tenant_metrics_raw WHERE tenant_id = '" + tenant
                + "' AND endpoint IS DISTINCT FROM 'copy' ORDER BY sequence LIMIT 1";
    }

    private List<RequestEvent> stored(String tenant) throws Exception {
        List<RequestEvent> events = events(tenant, 200, 1);
        RawTable.store(connection, events, servers.publish(events));
        rows.awaitExactly(tenant + "%", events, "stream");
        return events;
    }

    /// Events of some tenants over the last four hours.
    private List<RequestEvent> events(String prefix, int count, int tenants) {
        Instant first = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            String tenant = tenants == 1 ? prefix : prefix + i % tenants;
            Instant time = tenants == 1
                    ? first.plusMillis(i)
                    : first.plus((long) i % 4, ChronoUnit.HOURS).plusMillis(i);
            events.add(sources.at(Topics.partitionOf(tenant)).any(tenant, time));
        }
        return events;
    }

    /// @param resolved `NULL` or `NOT NULL`
    private void awaitFinding(String tenant, String kind, String resolved) {
        Await.until(kind + " of " + tenant + " with resolved_at " + resolved, DEADLINE, () -> {
            pass();
            return !text("SELECT count(*) FROM reconciliation_findings WHERE tenant_id = '" + tenant + "' AND kind = '"
                            + kind + "' AND resolved_at IS " + resolved)
                    .equals("0");
        });
    }

    /// A pass that finds the hours that closed last due again.
    private void pass() throws SQLException {
        RawTable.execute(connection, "UPDATE reconciliation_scans SET completed_at = NULL WHERE scan = 'recent'");
        reconciler.pass();
    }

    private String text(String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            assertThat(row.next()).as(sql).isTrue();
            return row.getString(1);
        }
    }

    private Reconciler reconciler() {
        return new Reconciler(
                service.getBean(HikariDataSource.class),
                watch,
                new Reconciler.Generations(1, 1),
                new Reconciler.Settings(
                        Duration.ofMinutes(5), LOSS_GRACE, Duration.ofMinutes(5), 10_000, Duration.ofSeconds(30)),
                clock,
                status);
    }

    private ConfigurableApplicationContext start() {
        ConfigurableApplicationContext context = new SpringApplicationBuilder(AggregatorApplication.class)
                .properties(
                        "tollgate.aggregator.database.url=" + servers.databaseUrl(),
                        "tollgate.aggregator.kafka.bootstrap-servers=" + servers.bootstrapServers(),
                        "tollgate.aggregator.reconcile.interval=1h",
                        "tollgate.aggregator.streams.state-dir=" + stateDir)
                .run("--server.port=0");
        AggregatorRuntime runtime = context.getBean(AggregatorRuntime.class);
        Await.until("ready", DEADLINE, () -> runtime.status().ready());
        return context;
    }
}
