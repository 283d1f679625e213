package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeteringSide;
import dev.tollgate.testing.process.Classpaths;
import java.util.List;
import java.util.Map;

/// A main class of the benchmark as a process of its own; arguments: bootstrap servers, group, folder of its state.
record MainSide(String name, Class<?> main) implements MeteringSide {

    @Override
    public Running start(Ground ground) {
        return new RunningMain(
                JavaProcess.start(
                        ground.folder(),
                        main.getSimpleName(),
                        Classpaths.current(),
                        Map.of(),
                        List.of(
                                main.getName(),
                                ground.bootstrapServers(),
                                ground.runName(),
                                ground.folder().resolve("state").toString())),
                GroupProgress.of(ground));
    }

    private record RunningMain(JavaProcess process, GroupProgress progress) implements Running {

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
        public void requireAlive() {
            process.requireAlive();
        }

        @Override
        public void close() {
            try (progress;
                    process) {
                // Ends the process first.
            }
        }
    }
}
