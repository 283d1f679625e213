package dev.tollgate.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.HourlyRows;
import dev.tollgate.aggregator.testing.RawTable;
import dev.tollgate.aggregator.testing.Servers;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole service on real servers. Each test has tenants of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class AggregatorServiceTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final Events.PerPartition sources = new Events.PerPartition("lane");
    private final Servers servers = new Servers();
    private final Connection connection;
    private final HourlyRows rows;
    private ConfigurableApplicationContext service;

    private final Path stateDir;

    AggregatorServiceTest(@TempDir Path stateDir) throws SQLException {
        this.stateDir = stateDir;
        connection = servers.superuser();
        rows = new HourlyRows(connection, DEADLINE);
        service = start();
    }

    @BeforeAll
    void isReady() {
        awaitReady();
    }

    @AfterAll
    void stop() throws SQLException {
        service.close();
        connection.close();
        servers.close();
    }

    @Test
    void bringsEachEventOnceIntoItsHour() throws Exception {
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < 3_000; i++) {
            events.add(any("once-" + i % 7, hour.plusMillis(i * 3_000L)));
        }
        servers.publish(events);
        servers.publish(events.subList(500, 2_500));

        rows.awaitExactly("once-%", events, "stream");
        assertThat(rows.count("tenant_stale_hours", "once-%")).isZero();
        assertThat(rows.differencesFromRoutes("once-%")).isZero();
        restart();
        List<RequestEvent> more = new ArrayList<>(events);
        for (int i = 0; i < 100; i++) {
            more.add(any("once-" + i % 7, hour.plusMillis(i)));
            more.add(voidOf(events.get(i * 7)));
        }
        servers.publish(more);
        rows.awaitExactly("once-%", more, "stream");
    }

    @Test
    void recomputesOldEventsFromTheRawTable() throws Exception {
        Instant month = Instant.parse("2015-05-17T10:05:00Z");
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            events.add(any("old-" + i % 40, month.plus(i, ChronoUnit.MINUTES)));
            if (i % 3 == 0) {
                events.add(voidOf(events.getLast()));
            }
        }
        List<Long> offsets = servers.publish(events);
        Await.until("all hours stale", DEADLINE, () -> rows.count("tenant_stale_hours", "old-%") > 1_000);
        assertThat(rows.count("tenant_metrics_hourly", "old-%")).isZero();

        RawTable.store(connection, events, offsets);
        rows.awaitExactly("old-%", events, "raw");
        Await.until("no hour stale", DEADLINE, () -> rows.count("tenant_stale_hours", "old-%") == 0);
        Await.until("published", DEADLINE, () -> rows.count("hourly_outbox", "old-%") == 0);
        assertThat(rows.differencesFromRaw("old-%")).isZero();
        assertThat(rows.differencesFromRoutes("old-%")).isZero();
    }

    @Test
    void neverOverwritesAnHourOfTheRawTable() throws Exception {
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);
        List<RequestEvent> events = new ArrayList<>();
        events.add(any("owned", hour.plusSeconds(1)));
        List<Long> offsets = servers.publish(events);
        rows.awaitExactly("owned", events, "stream");

        RawTable.store(connection, events, offsets);
        RawTable.execute(
                connection,
                "INSERT INTO tenant_stale_hours (tenant_id, hour_bucket, log_position, reason)"
                        + " SELECT tenant_id, hour_bucket, log_position, 'difference' FROM tenant_metrics_hourly"
                        + " WHERE tenant_id = 'owned'");
        rows.awaitExactly("owned", events, "raw");

        List<RequestEvent> later = List.of(any("owned", hour.plusSeconds(2)));
        List<Long> laterOffsets = servers.publish(later);
        Await.until("stale again", DEADLINE, () -> rows.count("tenant_stale_hours", "owned") == 1);
        assertThat(rows.sum("event_count", "owned", "raw")).isEqualTo(1);
        RawTable.store(connection, later, laterOffsets);
        events.addAll(later);
        rows.awaitExactly("owned", events, "raw");
    }

    @Test
    void findsTheSameHourInTheLogAndInTheRawTable() throws Exception {
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(4, ChronoUnit.HOURS);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            // Not in the order of their times: the routes that come first are those of the log.
            events.add(any("twice", hour.plusMillis(i * 7_919L % 3_600_000)));
        }
        List<Long> offsets = servers.publish(events);
        rows.awaitExactly("twice", events, "stream");
        Map<HourKey, String> folded = rows.buckets("twice");
        assertThat(folded.toString()).contains("route=other", "route=none");

        RawTable.store(connection, events, offsets);
        RawTable.execute(
                connection,
                "UPDATE tenant_metrics_hourly_routes SET route = 'planted' WHERE tenant_id = 'twice' AND route = 'other'");
        RawTable.execute(
                connection,
                "INSERT INTO tenant_stale_hours (tenant_id, hour_bucket, log_position, reason)"
                        + " SELECT tenant_id, hour_bucket, log_position, 'difference' FROM tenant_metrics_hourly"
                        + " WHERE tenant_id = 'twice'");
        rows.awaitExactly("twice", events, "raw");
        assertThat(rows.buckets("twice").toString().replace("\"raw\"", "\"stream\""))
                .isEqualTo(folded.toString());
    }

    @Test
    void carriesStorageIntoLaterHours() throws Exception {
        Instant hour = Instant.parse("2014-03-01T10:00:00Z");
        Events source = sources.at(Topics.partitionOf("stored"));
        List<RequestEvent> first = List.of(
                source.storage("stored", hour.plusSeconds(5), 100),
                source.request("stored", hour.plus(2, ChronoUnit.HOURS)),
                source.request("stored", hour.plus(5, ChronoUnit.HOURS)));
        RawTable.store(connection, first, servers.publish(first));
        rows.awaitExactly("stored", first, "raw");
        assertThat(rows.sum("storage_bytes", "stored", "raw")).isEqualTo(300);

        List<RequestEvent> later = List.of(source.storage("stored", hour.plus(1, ChronoUnit.HOURS), 7));
        RawTable.store(connection, later, servers.publish(later));
        Await.until("later hours carry it", DEADLINE, () -> rows.sum("storage_bytes", "stored", "raw") == 100 + 3 * 7);
    }

    private RequestEvent any(String tenantId, Instant time) {
        return sources.at(Topics.partitionOf(tenantId)).any(tenantId, time);
    }

    private RequestEvent voidOf(RequestEvent event) {
        return sources.at(Topics.partitionOf(event.tenantId())).voidOf(event);
    }

    private void restart() {
        service.close();
        service = start();
        awaitReady();
    }

    private ConfigurableApplicationContext start() {
        return new SpringApplicationBuilder(AggregatorApplication.class)
                .properties(
                        "tollgate.aggregator.database.url=" + servers.databaseUrl(),
                        "tollgate.aggregator.kafka.bootstrap-servers=" + servers.bootstrapServers(),
                        "tollgate.aggregator.streams.state-dir=" + stateDir)
                // Before application.properties, which names the usual port.
                .run("--server.port=0");
    }

    private void awaitReady() {
        AggregatorRuntime runtime = service.getBean(AggregatorRuntime.class);
        Await.until("ready", DEADLINE, () -> runtime.status().ready());
    }
}
