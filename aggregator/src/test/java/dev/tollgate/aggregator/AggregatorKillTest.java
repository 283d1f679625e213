package dev.tollgate.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.HourlyRows;
import dev.tollgate.aggregator.testing.Servers;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The service as a process of its own that dies where it hurts.
class AggregatorKillTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);

    private final Servers servers = new Servers();
    private final Events.PerPartition sources = new Events.PerPartition("killed");
    private final List<RequestEvent> sent = new ArrayList<>();

    @TempDir
    private Path folder = Path.of("");

    @Test
    void losesAndRepeatsNothingWhenItDies() throws Exception {
        try (Connection connection = servers.superuser()) {
            HourlyRows rows = new HourlyRows(connection, DEADLINE);
            dieAt(StrikePoints.AGGREGATOR_BEFORE_EMIT + "=5");
            dieAt(StrikePoints.SINK_BEFORE_COMMIT + "=4");
            try (ServiceProcess service = start("")) {
                send();
                rows.awaitExactly("killed-%", sent, "stream");
                service.kill9();
            }
            assertThat(rows.count("tenant_stale_hours", "killed-%")).isZero();
        } finally {
            servers.close();
        }
    }

    private void dieAt(String strike) throws Exception {
        try (ServiceProcess service = start(strike)) {
            send();
            assertThat(service.awaitExit(DEADLINE)).isEqualTo(StrikePoints.EXIT_STATUS);
        }
    }

    private void send() throws Exception {
        Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(3, ChronoUnit.HOURS);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < 2_000; i++) {
            String tenant = "killed-" + i % 11;
            events.add(sources.at(Topics.partitionOf(tenant)).any(tenant, hour.plusMillis(i * 4_000L)));
        }
        servers.publish(events);
        servers.publish(events.subList(0, 1_000));
        sent.addAll(events);
    }

    private ServiceProcess start(String strike) {
        ServiceLauncher launcher = ServiceLauncher.of("aggregator")
                .classpath(Classpaths.current())
                .mainClass(AggregatorApplication.class.getName())
                .smallJvm("256m")
                .logFile(folder.resolve("aggregator.log"))
                .arguments(
                        "--server.port=0",
                        "--tollgate.aggregator.database.url=" + servers.databaseUrl(),
                        "--tollgate.aggregator.kafka.bootstrap-servers=" + servers.bootstrapServers(),
                        "--tollgate.aggregator.streams.application-id=killed",
                        "--tollgate.aggregator.streams.state-dir=" + folder.resolve("state"));
        return strike.isEmpty()
                ? launcher.start()
                : launcher.environment(StrikePoints.ENVIRONMENT_VARIABLE, strike)
                        .start();
    }
}
