package dev.tollgate.bench.metering.listener;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeteringSide;
import dev.tollgate.bench.metering.RawTable;
import dev.tollgate.testing.process.Classpaths;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;

/// The plain listener as a process of its own, with as many threads as ingest has consumers.
public final class ListenerSide implements MeteringSide {

    private final int threads;

    public ListenerSide(int threads) {
        this.threads = threads;
    }

    @Override
    public String name() {
        return "Spring Kafka listener with JDBC batches";
    }

    @Override
    public Running start(Ground ground) {
        RawTable.makeMonths(ground);
        Admin admin = Admin.create(Map.of("bootstrap.servers", ground.bootstrapServers()));
        JavaProcess process = JavaProcess.start(
                ground.folder(),
                "listener",
                Classpaths.current(),
                Map.of(),
                List.of(
                        ListenerMain.class.getName(),
                        ground.databaseUrl(),
                        ground.bootstrapServers(),
                        ground.runName(),
                        Integer.toString(threads),
                        Integer.toString(Ground.BATCH_SIZE_MAX)));
        return new RunningListener(ground, process, admin);
    }

    private record RunningListener(Ground ground, JavaProcess process, Admin admin) implements Running {

        @Override
        public List<String> commands() {
            return List.of(process.command());
        }

        @Override
        public List<Long> pids() {
            return List.of(process.pid());
        }

        /// The sum of the offsets that the group has committed, which it does after its rows.
        @Override
        public long done() {
            try {
                return admin
                        .listConsumerGroupOffsets(ground.runName())
                        .partitionsToOffsetAndMetadata()
                        .get()
                        .values()
                        .stream()
                        .mapToLong(offset -> offset == null ? 0 : offset.offset())
                        .sum();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while asking for offsets", interrupted);
            } catch (ExecutionException notYet) {
                return 0;
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
            try (admin;
                    process) {
                // Ends the process first.
            }
        }
    }
}
