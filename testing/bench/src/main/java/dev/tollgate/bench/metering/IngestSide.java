package dev.tollgate.bench.metering;

import dev.tollgate.bench.gateway.Prometheus;
import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.ServiceEnvironment;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.process.Classpaths;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// metrics-ingest as people run it, two consumers.
final class IngestSide implements MeteringSide {

    /// Also how many threads a peer gets.
    static final int CONSUMERS = 2;

    private static final String POSITIONS = "SELECT coalesce(sum(next_offset), 0) FROM ingest_positions";

    private final Path root;

    IngestSide(Path root) {
        this.root = root;
    }

    @Override
    public String name() {
        return "ingest";
    }

    @Override
    public Running start(Ground ground) {
        StackPorts ports = StackPorts.free();
        Map<String, String> environment = new TreeMap<>(new ServiceEnvironment(
                        ports, ground.databaseUrl(), ground.bootstrapServers(), ground.folder(), ground.runName())
                .of(Service.INGEST));
        environment.put("TOLLGATE_INGEST_GROUP_ID", ground.runName());
        environment.put("TOLLGATE_INGEST_CONSUMERS", Integer.toString(CONSUMERS));
        environment.put("TOLLGATE_INGEST_BATCH_SIZE_MAX", Integer.toString(Ground.BATCH_SIZE_MAX));
        try {
            Connection connection = ground.servers().connect(ground.database());
            JavaProcess process = JavaProcess.start(
                    ground,
                    "ingest",
                    Classpaths.ofModule(root.resolve(Service.INGEST.module())),
                    environment,
                    List.of(Service.INGEST.mainClass()));
            URI metrics = URI.create("http://127.0.0.1:" + ports.health(Service.INGEST) + "/actuator/prometheus");
            return new RunningIngest(ground, process, connection, new Prometheus(metrics));
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        }
    }

    private record RunningIngest(Ground ground, JavaProcess process, Connection connection, Prometheus metrics)
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
            return MeteringServers.number(connection, POSITIONS);
        }

        @Override
        public OptionalLong heapBytes() {
            try {
                Prometheus.Reading reading = metrics.read();
                return OptionalLong.of((long) reading.heapBytes());
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
            RawTable.requireComplete(ground);
        }

        @Override
        public void close() {
            try (connection;
                    process) {
                // Ends the process first.
            } catch (SQLException failed) {
                throw new IllegalStateException("could not close the connection", failed);
            }
        }
    }
}
