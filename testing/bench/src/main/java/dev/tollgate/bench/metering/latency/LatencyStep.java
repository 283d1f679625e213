package dev.tollgate.bench.metering.latency;

import dev.tollgate.bench.Results;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeasuredService;
import dev.tollgate.bench.metering.MeteringServers;
import dev.tollgate.bench.metering.ResidentSize;
import dev.tollgate.bench.metering.SampleEvents;
import dev.tollgate.quickstart.Service;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.AwaitFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/// Measures, with ingest and aggregator running as their defaults have it, how long events take until their hourly row
/// holds them.
public final class LatencyStep {

    /// How the step is named on the command line.
    public static final String KEY = "latency";

    private static final double P99_MS_AT_MOST = 2_000;

    /// One tenant in so many is followed; Zipf's law is spread over the numbers, so frequent and rare ones are.
    private static final int SAMPLED_ONE_IN = 10;

    private static final long HEAP_NANOS = Duration.ofMillis(500).toNanos();
    private static final Duration VISIBLE_WITHIN = Duration.ofSeconds(60);
    private static final String RAW = "SELECT count(*) FROM tenant_metrics_raw";
    private static final String HOURLY = "SELECT coalesce(sum(event_count), 0) FROM tenant_metrics_hourly";
    private static final double MB = 1 << 20;

    private final MeteringServers servers;
    private final LatencyOptions options;
    private final List<MeasuredService> services;
    private final SentEvents sent = new SentEvents();
    private long heapAskedNanos = System.nanoTime();

    private LatencyStep(MeteringServers servers, LatencyOptions options, List<MeasuredService> services) {
        this.servers = servers;
        this.options = options;
        this.services = services;
    }

    /// Empties all topics first.
    ///
    /// @param folder for logs and state
    public static void run(Path root, MeteringServers servers, Path folder, LatencyOptions options, boolean quick) {
        System.out.printf("%n== event to hourly row%n");
        servers.emptyTopics(Set.of());
        String database = servers.freshDatabase();
        var place = new MeasuredService.Place(root, servers, database, create(folder), KEY);
        try (MeasuredService ingest = MeasuredService.start(Service.INGEST, place, Map.of());
                MeasuredService aggregator = MeasuredService.start(Service.AGGREGATOR, place, Map.of())) {
            LatencyStep step = new LatencyStep(servers, options, List.of(ingest, aggregator));
            ingest.awaitReady();
            aggregator.awaitReady();
            step.measure(database, quick);
        } catch (SQLException failed) {
            throw new IllegalStateException("the database does not answer", failed);
        } finally {
            servers.drop(database);
        }
    }

    private void measure(String database, boolean quick) throws SQLException {
        Set<String> sampled = IntStream.range(0, SampleEvents.TENANTS)
                .filter(number -> number % SAMPLED_ONE_IN == 0)
                .mapToObj(SampleEvents::tenantId)
                .collect(Collectors.toUnmodifiableSet());
        SteadyLoad load = new SteadyLoad(servers, options, sampled, sent);
        try (ExecutorService thread = Executors.newSingleThreadExecutor();
                HourlyRows rows = new HourlyRows(servers.connect(database), sampled, sent)) {
            Future<SteadyLoad.Done> running = thread.submit(load);
            try {
                SteadyLoad.Done done = follow(running, rows);
                requireAll(database, done.events());
                report(done, rows, quick);
            } finally {
                running.cancel(true);
            }
        }
    }

    /// Looks until the load has ended and every sampled event is in its row.
    private SteadyLoad.Done follow(Future<SteadyLoad.Done> load, HourlyRows rows) {
        while (!load.isDone()) {
            look(rows);
        }
        try {
            SteadyLoad.Done done = load.get();
            long endedNanos = System.nanoTime();
            while (sent.waiting() > 0) {
                if (System.nanoTime() - endedNanos > VISIBLE_WITHIN.toNanos()) {
                    throw new AwaitFailed(sent.waiting() + " events are in no hourly row after 60 s", null);
                }
                look(rows);
            }
            return done;
        } catch (ExecutionException failed) {
            throw new IllegalStateException("the load failed", failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during the load", interrupted);
        }
    }

    private void look(HourlyRows rows) {
        rows.look();
        long now = System.nanoTime();
        if (now - heapAskedNanos >= HEAP_NANOS) {
            heapAskedNanos = now;
            for (MeasuredService service : services) {
                service.requireAlive();
                service.heapBytes();
            }
        }
    }

    /// Throws unless every event is a raw row and is held by an hourly row.
    private void requireAll(String database, long events) throws SQLException {
        try (Connection connection = servers.connect(database)) {
            Await.until(
                    events + " raw rows and as many events in hourly rows",
                    VISIBLE_WITHIN,
                    () -> MeteringServers.number(connection, RAW) == events
                            && MeteringServers.number(connection, HOURLY) == events);
        }
    }

    private void report(SteadyLoad.Done done, HourlyRows rows, boolean quick) {
        Histogram latencies = rows.latenciesUs();
        System.out.printf(
                "  %d events of %d tenants at %.0f/s (asked for: %d/s), the first %d s to warm up; %d events of every"
                        + " %dth tenant measured%n",
                done.events(),
                SampleEvents.TENANTS,
                done.perSecond(),
                options.perSecond(),
                done.warmEvents() / options.perSecond(),
                latencies.getTotalCount(),
                SAMPLED_ONE_IN);
        System.out.printf(
                "  from the producer's send to the row as a query sees it: p50 %.0f ms, p95 %.0f ms, p99 %.0f ms, max %.0f"
                        + " ms%n",
                ms(latencies, 50), ms(latencies, 95), ms(latencies, 99), ms(latencies, 100));
        System.out.printf(
                "  looked every %d ms (p50 %.0f ms, max %.0f ms), so up to that much of it is the looking%n",
                HourlyRows.INTERVAL.toMillis(), ms(rows.gapsUs(), 50), ms(rows.gapsUs(), 100));
        String unit = "ms at %d events/s%s".formatted(options.perSecond(), quick ? ", quick" : "");
        Results.show("event to hourly row, p50", ms(latencies, 50), unit);
        Results.show("event to hourly row, p95", ms(latencies, 95), unit);
        Results.report("event to hourly row, p99", ms(latencies, 99), P99_MS_AT_MOST, unit);
        Results.show("event to hourly row, max", ms(latencies, 100), unit);
        for (MeasuredService service : services) {
            System.out.printf(
                    "  %s: heap ≤ %.0f MB, RSS ≤ %.0f MB; %s%n",
                    service.name(),
                    service.heapBytesMax() / MB,
                    ResidentSize.peakBytes(service.pid()) / MB,
                    service.command());
            Results.report(
                    service.name() + " at a steady load, heap in use",
                    service.heapBytesMax() / MB,
                    JavaProcess.HEAP_BYTES_MAX / MB,
                    "MB");
        }
    }

    private static double ms(Histogram us, double percentile) {
        return us.getValueAtPercentile(percentile) / 1_000.0;
    }

    private static Path create(Path folder) {
        try {
            return Files.createDirectories(folder);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot make " + folder, failed);
        }
    }
}
