package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.bench.gateway.Prometheus;
import dev.tollgate.bench.metering.Ground;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeteringServers;
import dev.tollgate.bench.metering.MeteringSide;
import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.ServiceEnvironment;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.process.Classpaths;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// The aggregator as people run it: fold and sink in one process. An event is done once its position is committed,
/// together with its bucket.
record AggregatorSide(Path root) implements MeteringSide {

    /// Every run has a fresh table, but the topic of buckets also tells of earlier runs, over the same events.
    private static final String STORED = "SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly";

    private static final Duration STORED_WITHIN = Duration.ofSeconds(30);

    @Override
    public String name() {
        return "aggregator";
    }

    @Override
    public Running start(Ground ground) {
        StackPorts ports = StackPorts.free();
        Map<String, String> environment = new TreeMap<>(new ServiceEnvironment(
                        ports, ground.databaseUrl(), ground.bootstrapServers(), ground.folder(), ground.runName())
                .of(Service.AGGREGATOR));
        environment.put("TOLLGATE_AGGREGATOR_STREAMS_APPLICATION_ID", ground.runName());
        try {
            Connection connection = ground.servers().connect(ground.database());
            JavaProcess process = JavaProcess.start(
                    ground,
                    "aggregator",
                    Classpaths.ofModule(root.resolve(Service.AGGREGATOR.module())),
                    environment,
                    List.of(Service.AGGREGATOR.mainClass()));
            URI metrics = URI.create("http://127.0.0.1:" + ports.health(Service.AGGREGATOR) + "/actuator/prometheus");
            return new RunningAggregator(
                    ground, process, GroupProgress.of(ground), connection, new Prometheus(metrics));
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        }
    }

    private record RunningAggregator(
            Ground ground, JavaProcess process, GroupProgress progress, Connection connection, Prometheus metrics)
            implements Running {

        @Override
        public List<String> commands() {
            return List.of(process.command());
        }

        @Override
        public List<Long> pids() {
            return List.of(process.pid());
        }

        @Override
        public long done() {
            return progress.committed();
        }

        @Override
        public OptionalLong heapBytes() {
            try {
                return OptionalLong.of((long) metrics.read().heapBytes());
            } catch (UncheckedIOException | AwaitFailed notYet) {
                return OptionalLong.empty();
            }
        }

        @Override
        public void requireAlive() {
            process.requireAlive();
        }

        @Override
        public void verify() {
            long events = ground.topic().events();
            Await.until(
                    events + " events in hourly rows",
                    STORED_WITHIN,
                    () -> MeteringServers.number(connection, STORED) == events);
        }

        @Override
        public void close() {
            try (connection;
                    progress;
                    process) {
                // Ends the process first.
            } catch (SQLException failed) {
                throw new IllegalStateException("could not close the connection", failed);
            }
        }
    }
}
