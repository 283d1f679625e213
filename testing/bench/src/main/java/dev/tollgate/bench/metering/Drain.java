package dev.tollgate.bench.metering;

import dev.tollgate.bench.gateway.CpuTime;
import dev.tollgate.bench.metering.MeteringSide.Running;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.AwaitFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.Set;

/// Measures one run of one side. The clock starts when a part of the events is committed: the process has started and
/// its JVM is warm then, and both sides' tables hold the same number of rows. Tables and topics are empty when a run
/// starts, but for the filled topic.
final class Drain {

    /// This part of the events warms up.
    static final double WARM_SHARE = 0.2;

    private static final Duration RUN_MAX = Duration.ofMinutes(30);
    private static final long STALL_NANOS_MAX = Duration.ofSeconds(120).toNanos();
    private static final long HEAP_NANOS = Duration.ofMillis(500).toNanos();

    private final MeteringServers servers;
    private final FilledTopic topic;
    private final Path state;
    private int runs;

    Drain(MeteringServers servers, FilledTopic topic, Path state) {
        this.servers = servers;
        this.topic = topic;
        this.state = state;
    }

    Drained run(MeteringSide side) {
        int run = ++runs;
        servers.emptyTopics(Set.of(Topics.USAGE_REQUESTS));
        String database = servers.freshDatabase();
        try {
            Path folder = Files.createDirectories(state.resolve("run-" + run));
            try (Running running = side.start(new Ground(servers, topic, database, folder, run))) {
                Watch watch = new Watch(running);
                watch.await((long) (topic.events() * WARM_SHARE));
                Moment from = moment(running);
                watch.await(topic.events());
                Moment to = moment(running);
                Drained drained = new Drained(
                        to.done - from.done,
                        (to.nanos - from.nanos) / 1_000,
                        to.cpuUs - from.cpuUs,
                        to.postgresUs - from.postgresUs,
                        to.brokerUs - from.brokerUs,
                        ResidentSize.peakBytes(running.pids()),
                        watch.heapBytes(),
                        running.commands());
                running.verify();
                return drained;
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("no folder for run " + run, failed);
        } finally {
            servers.drop(database);
        }
    }

    private record Moment(long nanos, long done, long cpuUs, long postgresUs, long brokerUs) {}

    private Moment moment(Running running) {
        long done = running.done();
        long nanos = System.nanoTime();
        return new Moment(nanos, done, CpuTime.totalUs(running.pids()), servers.postgresCpuUs(), servers.brokerCpuUs());
    }

    /// Follows a side's progress.
    private static final class Watch {
        private final Running running;
        private long heapMax = -1;
        private long heapAskedNanos = System.nanoTime();
        private long done;
        private long doneNanos = System.nanoTime();

        Watch(Running running) {
            this.running = running;
        }

        void await(long target) {
            Await.until("the side has handled " + target + " events", RUN_MAX, () -> {
                running.requireAlive();
                long now = System.nanoTime();
                if (now - heapAskedNanos >= HEAP_NANOS) {
                    heapAskedNanos = now;
                    running.heapBytes().ifPresent(bytes -> heapMax = Math.max(heapMax, bytes));
                }
                long reached = running.done();
                if (reached > done) {
                    done = reached;
                    doneNanos = now;
                } else if (now - doneNanos > STALL_NANOS_MAX) {
                    throw new AwaitFailed("nothing was handled for 120 s; " + reached + " events are", null);
                }
                return reached >= target;
            });
        }

        OptionalLong heapBytes() {
            return heapMax < 0 ? OptionalLong.empty() : OptionalLong.of(heapMax);
        }
    }
}
