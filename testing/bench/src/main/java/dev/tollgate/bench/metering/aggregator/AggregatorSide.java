package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.bench.metering.MeasuredService;
import dev.tollgate.bench.metering.MeteringServers;
import dev.tollgate.bench.metering.MeteringSide;
import dev.tollgate.quickstart.Service;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/// The aggregator as people run it: fold and sink in one process. An event is done once its position is committed,
/// together with its bucket; all are once the rows hold them, too.
record AggregatorSide(Path root) implements MeteringSide {

    private static final String STORED = "SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly";

    @Override
    public String name() {
        return "aggregator";
    }

    @Override
    public Running start(Ground ground) {
        try {
            Connection connection = ground.servers().connect(ground.database());
            MeasuredService service = MeasuredService.start(
                    Service.AGGREGATOR,
                    ground.place(root),
                    Map.of("TOLLGATE_AGGREGATOR_STREAMS_APPLICATION_ID", ground.runName()));
            return new RunningAggregator(ground, service, GroupProgress.of(ground), connection);
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        }
    }

    private record RunningAggregator(
            Ground ground, MeasuredService service, GroupProgress progress, Connection connection) implements Running {

        @Override
        public List<String> commands() {
            return List.of(service.command());
        }

        @Override
        public List<Long> pids() {
            return List.of(service.pid());
        }

        /// The rows are only asked when everything is folded, so that the question takes nothing from the fold.
        @Override
        public long done() {
            long committed = progress.committed();
            return committed < ground.topic().events() ? committed : stored();
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
            if (stored() != ground.topic().events()) {
                throw new IllegalStateException("the hourly rows hold " + stored() + " events of "
                        + ground.topic().events());
            }
        }

        private long stored() {
            return MeteringServers.number(connection, STORED);
        }

        @Override
        public void close() {
            try (connection;
                    progress;
                    service) {
                // Ends the process first.
            } catch (SQLException failed) {
                throw new IllegalStateException("could not close the connection", failed);
            }
        }
    }
}
