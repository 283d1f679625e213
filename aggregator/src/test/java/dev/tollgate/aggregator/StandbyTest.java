package dev.tollgate.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.HourlyRows;
import dev.tollgate.aggregator.testing.Servers;
import dev.tollgate.aggregator.testing.UndisturbedFold;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Two instances by configuration alone, each the standby of the other's partitions, on real servers.
class StandbyTest {

    private static final Duration DEADLINE = Duration.ofSeconds(60);
    private static final long SEED = 20_261_124L;
    private static final String TENANTS = "standby-%";
    private static final int TENANTS_COUNT = 40;

    private final SplittableRandom random = new SplittableRandom(SEED);
    private final Events.PerPartition sources = new Events.PerPartition("standby");
    private final Instant hour = Instant.now().truncatedTo(ChronoUnit.HOURS).minus(2, ChronoUnit.HOURS);

    @Test
    void goesOnWhereAKilledInstanceStopped(@TempDir Path folder) throws Exception {
        try (Servers servers = new Servers();
                Connection connection = servers.superuser();
                Instance first = Instance.start("first", folder, servers);
                Instance second = Instance.start("second", folder, servers)) {
            HourlyRows rows = new HourlyRows(connection, DEADLINE);
            first.awaitReady();
            second.awaitReady();
            List<RequestEvent> events = new ArrayList<>(some(2_000));
            servers.publish(events);
            rows.awaitExactly(TENANTS, events, "stream");
            Await.until("each keeps every partition", DEADLINE, () -> first.tasks() + second.tasks() == 24);

            List<RequestEvent> amid = some(4_000);
            servers.publish(amid);
            events.addAll(amid);
            long struckAt = 2_000 + random.nextLong(2_000);
            Await.until(
                    "event " + struckAt + " is stored",
                    DEADLINE,
                    () -> rows.sum("event_count", TENANTS, "stream") >= struckAt);
            first.process.kill9();
            List<RequestEvent> after = some(2_000);
            servers.publish(after);
            events.addAll(after);

            rows.awaitExactly(TENANTS, events, "stream");
            assertThat(rows.buckets(TENANTS))
                    .isEqualTo(UndisturbedFold.buckets(servers.bootstrapServers(), "standby-"));
            assertThat(rows.differencesFromRoutes(TENANTS)).isZero();
        }
    }

    private List<RequestEvent> some(int count) {
        return Stream.generate(() -> {
                    String tenant = "standby-" + random.nextInt(1 + random.nextInt(TENANTS_COUNT));
                    Instant time = hour.plusMillis(random.nextLong(2 * 3_600_000));
                    return sources.at(Topics.partitionOf(tenant)).any(tenant, time);
                })
                .limit(count)
                .toList();
    }

    private record Instance(ServiceProcess process, int port, Path stateDir) implements AutoCloseable {

        static Instance start(String name, Path folder, Servers servers) {
            int port = Ports.free();
            Path stateDir = folder.resolve(name);
            ServiceProcess process = ServiceLauncher.of(name)
                    .mainClass(AggregatorApplication.class.getName())
                    .classpath(Classpaths.current())
                    .smallJvm("128m")
                    .arguments(
                            "--server.port=" + port,
                            "--tollgate.aggregator.database.url=" + servers.databaseUrl(),
                            "--tollgate.aggregator.kafka.bootstrap-servers=" + servers.bootstrapServers(),
                            "--tollgate.aggregator.streams.application-id=standby",
                            "--tollgate.aggregator.streams.standby-replicas=1",
                            "--tollgate.aggregator.streams.state-dir=" + stateDir)
                    .logFile(folder.resolve(name + ".log"))
                    .start();
            return new Instance(process, port, stateDir);
        }

        void awaitReady() {
            process.awaitReady(URI.create("http://127.0.0.1:" + port + "/actuator/health/readiness"), DEADLINE);
        }

        /// Partitions of which it keeps state, its own and those of the other.
        long tasks() throws Exception {
            try (Stream<Path> found = Files.find(
                    stateDir,
                    4,
                    (path, file) ->
                            file.isDirectory() && path.getFileName().toString().matches("0_[0-9]+"))) {
                return found.count();
            }
        }

        @Override
        public void close() {
            process.close();
        }
    }
}
