package dev.tollgate.bench.metering;

import dev.tollgate.quickstart.Service;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

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
        try {
            Connection connection = ground.servers().connect(ground.database());
            MeasuredService service = MeasuredService.start(
                    Service.INGEST,
                    ground.place(root),
                    Map.of(
                            "TOLLGATE_INGEST_GROUP_ID",
                            ground.runName(),
                            "TOLLGATE_INGEST_CONSUMERS",
                            Integer.toString(CONSUMERS),
                            "TOLLGATE_INGEST_BATCH_SIZE_MAX",
                            Integer.toString(Ground.BATCH_SIZE_MAX)));
            return new RunningIngest(ground, service, connection);
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        }
    }

    private record RunningIngest(Ground ground, MeasuredService service, Connection connection) implements Running {

        @Override
        public List<String> commands() {
            return List.of(service.command());
        }

        @Override
        public List<Long> pids() {
            return List.of(service.pid());
        }

        @Override
        public long done() {
            return MeteringServers.number(connection, POSITIONS);
        }

        @Override
        public OptionalLong heapBytes() {
            return service.heapBytes();
        }

        @Override
        public void requireAlive() {
            service.requireAlive();
        }

        @Override
        public void verify() {
            RawTable.requireComplete(ground);
        }

        @Override
        public void close() {
            try (connection;
                    service) {
                // Ends the process first.
            } catch (SQLException failed) {
                throw new IllegalStateException("could not close the connection", failed);
            }
        }
    }
}
