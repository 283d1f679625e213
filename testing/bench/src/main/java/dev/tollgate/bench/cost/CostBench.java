package dev.tollgate.bench.cost;

import dev.tollgate.bench.Results;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeasuredService;
import dev.tollgate.bench.metering.MeteringServers;
import dev.tollgate.bench.metering.ResidentSize;
import dev.tollgate.quickstart.Progress;
import dev.tollgate.quickstart.StateFolder;
import dev.tollgate.quickstart.StateLock;
import dev.tollgate.schema.contract.Topics;
import java.nio.file.Path;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;

/// Sends requests through the whole pipeline, waits until all of them are in the tables, and reads what that took.
public final class CostBench {

    /// Compilers take their share before anything is measured, as far as so many requests go.
    private static final long WARM_REQUESTS_MAX = 60_000;

    private static final Duration IDLE = Duration.ofSeconds(20);

    /// As often as a monitoring would look.
    private static final Duration LOOK = Duration.ofSeconds(5);

    private static final Duration ANSWERED_WITHIN_AT_LEAST = Duration.ofMinutes(5);
    private static final int SLOWDOWN_MAX = 10;
    private static final double MB = 1 << 20;

    private final CostOptions options;
    private final Path root = Path.of(System.getProperty("tollgate.root", ".")).toAbsolutePath();
    private final Path state = root.resolve("testing/bench/target/cost");
    private final Progress progress = new Progress(System.out);

    private CostBench(CostOptions options) {
        this.options = options;
    }

    /// @param arguments those behind the benchmark's name
    public static void run(List<String> arguments) throws InterruptedException {
        new CostBench(CostOptions.parse(arguments)).run();
    }

    private void run() throws InterruptedException {
        try (StateLock lock = StateLock.take(state).orElse(null)) {
            if (lock == null) {
                throw new IllegalStateException("another benchmark runs on " + state);
            }
            StateFolder.clear(state);
            progress.say("starting PostgreSQL and Kafka");
            try (MeteringServers servers = MeteringServers.start(state)) {
                progress.say("starting gateway, ingest, aggregator and an upstream");
                try (Pipeline pipeline = Pipeline.start(root, servers, state)) {
                    introduce(pipeline);
                    measure(pipeline);
                }
            }
            StateFolder.clear(state);
        }
    }

    private void introduce(Pipeline pipeline) {
        System.out.printf(
                "%s. PostgreSQL: %s.%n%d tenants by Zipf's law (%.1f), %d routes, %d connections; one gateway, one"
                        + " broker, one instance of each service.%n",
                LocalDate.now(ZoneOffset.UTC),
                pipeline.servers().postgresSettings(),
                LoadMain.TENANTS,
                LoadMain.ZIPF_EXPONENT,
                SampleRequest.ROUTES.length,
                LoadMain.CONNECTIONS);
        pipeline.services().values().forEach(service -> System.out.println("  " + service.command()));
    }

    private void measure(Pipeline pipeline) throws InterruptedException {
        long warm = Math.min(WARM_REQUESTS_MAX, options.requests());
        progress.say("warming up with " + warm + " requests");
        load(pipeline, "warm-up", warm);
        new Settled(pipeline, warm).await();

        progress.say("idle for " + IDLE.toSeconds() + " s");
        Reading rest = Reading.of(pipeline);
        Thread.sleep(IDLE);
        Reading before = Reading.of(pipeline);

        progress.say("sending " + options.requests() + " requests");
        LoadResult load = load(pipeline, "load", options.requests());
        progress.say("waiting until everything is settled");
        Settled settled = new Settled(pipeline, warm + options.requests());
        settled.await();
        Reading after = Reading.of(pipeline);

        long hours = settled.require();
        System.out.printf(
                "%,d requests admitted = raw rows = events in %,d hourly rows = events in hourly rows by route; no hour is"
                        + " stale.%n",
                settled.requests(), hours);
        Reading used = after.since(before);
        long hourlyTopicBytes =
                CompactedTopic.bytes(pipeline.servers().kafka().bootstrapServers(), Topics.USAGE_HOURLY);
        List<Stored> stored = Stored.of(used, after, hourlyTopicBytes, load.requests(), options.prices());
        new CostReport(options, before.since(rest), used, stored, load).print();
        memory(pipeline);
    }

    private LoadResult load(Pipeline pipeline, String name, long requests) throws InterruptedException {
        Duration within = ANSWERED_WITHIN_AT_LEAST.plusSeconds(SLOWDOWN_MAX * requests / options.perSecond());
        long endNanos = System.nanoTime() + within.toNanos();
        try (JavaProcess clients = pipeline.load(name, requests, options.perSecond())) {
            while (clients.isAlive()) {
                if (System.nanoTime() > endNanos) {
                    throw new IllegalStateException("not all requests are answered after " + within.toSeconds() + " s");
                }
                pipeline.requireAlive();
                pipeline.services().values().forEach(MeasuredService::heapBytes);
                clients.awaitEnd(LOOK);
            }
            return LoadResult.parse(clients.result());
        }
    }

    private static void memory(Pipeline pipeline) {
        System.out.printf("%n  memory of each service, -Xmx %d MB%n", JavaProcess.HEAP_BYTES_MAX >> 20);
        for (MeasuredService service : pipeline.services().values()) {
            System.out.printf(
                    "  %-32s | heap in use ≤ %.0f MB | RSS ≤ %.0f MB%n",
                    service.name(), service.heapBytesMax() / MB, ResidentSize.peakBytes(service.pid()) / MB);
            Results.report(
                    "cost: heap in use of " + service.name(),
                    service.heapBytesMax() / MB,
                    JavaProcess.HEAP_BYTES_MAX / MB,
                    "MB");
        }
    }
}
