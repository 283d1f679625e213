package dev.tollgate.bench.gateway;

import dev.tollgate.bench.Results;
import dev.tollgate.quickstart.Stack;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Anonymous memory of a gateway that knows 100,000 tenants and has seen a request of each: the greatest `RssAnon`
/// of `/proc/PID/status` from its start to the end of the load.
final class MemoryStep {

    static final int TENANTS = 100_000;

    private static final double GOAL_MB_AT_MOST = 384;
    private static final int RUN_SECONDS = 10;
    private static final int RUNS_MAX = 20;
    private static final int SAMPLE_MS = 100;

    /// What `deploy/Dockerfile` gives the service, in a container of 512 MB; one processor makes the JVM choose its
    /// serial collector there as here.
    private static final List<String> JVM_OPTIONS =
            List.of("-XX:MaxRAM=512m", "-XX:MaxRAMPercentage=60", "--enable-native-access=ALL-UNNAMED");

    private MemoryStep() {}

    /// @param registered tenants that are there already
    static void run(Cores cores, Stack stack, int upstreamPort, Path work, int registered) {
        BenchTenants.register(stack.database(), registered + 1, TENANTS);
        Path keys = BenchTenants.keyFile(work.resolve("keys-of-all.txt"), TENANTS);
        Path script = Templates.write("load.lua", work, Map.of());
        try (TollgateSide gateway = TollgateSide.start(cores, stack, "gateway-memory", upstreamPort, JVM_OPTIONS)) {
            Comparison.awaitReady(gateway, BenchTenants.key(TENANTS));
            double greatestMb = rssAnonMb(gateway);
            long sent = 0;
            long admitted = 0;
            for (int run = 0; admitted < TENANTS && run < RUNS_MAX; run++) {
                LoadClient client = new LoadClient(script, keys, sent % TENANTS);
                CompletableFuture<LoadRun> load =
                        CompletableFuture.supplyAsync(() -> client.run(gateway.port(), RUN_SECONDS));
                greatestMb = Math.max(greatestMb, greatestMbDuring(load, gateway));
                sent += load.join().requests();
                admitted += load.join().requests() - load.join().refused();
            }
            if (admitted < TENANTS) {
                throw new IllegalStateException("only " + admitted + " of " + sent + " requests were admitted");
            }
            System.out.printf("%n== memory at %,d tenants%n", TENANTS);
            gateway.commands().forEach(command -> System.out.println("    " + command));
            System.out.printf(
                    "  after %,d requests, of which %,d admitted: RssAnon %.0f MB at most%n",
                    sent, admitted, greatestMb);
            Results.report("gateway RssAnon at 100,000 tenants", greatestMb, GOAL_MB_AT_MOST, "MB");
        }
    }

    private static double greatestMbDuring(CompletableFuture<LoadRun> load, Side gateway) {
        double greatest = 0;
        while (true) {
            greatest = Math.max(greatest, rssAnonMb(gateway));
            try {
                load.get(SAMPLE_MS, TimeUnit.MILLISECONDS);
                return Math.max(greatest, rssAnonMb(gateway));
            } catch (TimeoutException stillRunning) {
                gateway.requireAlive();
            } catch (ExecutionException failed) {
                throw new IllegalStateException("the load on the gateway failed", failed.getCause());
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted during the load", interrupted);
            }
        }
    }

    private static double rssAnonMb(Side gateway) {
        Path status = Path.of("/proc", Long.toString(gateway.pids().getFirst()), "status");
        try {
            return Files.readAllLines(status).stream()
                            .filter(line -> line.startsWith("RssAnon:"))
                            .mapToLong(line -> Long.parseLong(line.replaceAll("[^0-9]", "")))
                            .findFirst()
                            .orElseThrow()
                    / 1_024.0;
        } catch (IOException gone) {
            throw new UncheckedIOException("cannot read " + status, gone);
        }
    }
}
