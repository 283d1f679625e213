package dev.tollgate.bench.gateway;

import dev.tollgate.bench.Results;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.SplittableRandom;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.ToLongFunction;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Mixed requests through a running gateway for a while: its heap after a collection stays flat, and no connection is
/// left on either side once the clients have gone. Throws when one of them does not hold.
public final class SoakRun {

    private static final Duration SAMPLE_EVERY = Duration.ofMinutes(1);
    private static final int SAMPLES_MIN = 6;
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(30);

    /// The heap may grow by so much from the second sample to the last: what is noise in it.
    private static final double GROWTH_MB_MAX = 8;

    private static final String REFUSED = "tollgate_gateway_requests_refused_total";
    private static final Pattern USED = Pattern.compile("total \\d+K, used (\\d+)K");

    private final TollgateSide gateway;
    private final List<SoakClient> clients = new ArrayList<>();
    private final Queue<String> faults = new ConcurrentLinkedQueue<>();

    /// Read by a client for one connection, written to take a sample while there is none.
    private final ReadWriteLock pause = new ReentrantReadWriteLock(true);

    private SoakRun(TollgateSide gateway) {
        this.gateway = gateway;
    }

    /// @param arguments those behind the program's name
    public static void run(List<String> arguments) throws InterruptedException {
        RunOptions options = RunOptions.parse("soak", arguments, Duration.ofMinutes(10), System.nanoTime());
        try (SoakUpstream upstream = new SoakUpstream();
                GatewayAlone alone = GatewayAlone.start(upstream.port())) {
            System.out.printf("soaking for %d s, --seed %d%n", options.length().toSeconds(), options.seed());
            SoakRun soak = new SoakRun(alone.gateway());
            List<Double> heapMb = soak.load(options);
            soak.judge(heapMb, upstream.port());
        }
        System.out.println("soak: passed");
    }

    /// Returns the heap after each sample's collection, in MB.
    private List<Double> load(RunOptions options) throws InterruptedException {
        long endNanos = System.nanoTime() + options.length().toNanos();
        SplittableRandom random = new SplittableRandom(options.seed());
        List<Thread> threads = new ArrayList<>();
        for (int i = 1; i <= GatewayAlone.TENANTS; i++) {
            SoakClient client = new SoakClient(gateway.port(), BenchTenants.key(i), random.split());
            clients.add(client);
            threads.add(Thread.ofVirtual().start(() -> {
                while (System.nanoTime() < endNanos) {
                    connect(client);
                }
            }));
        }
        Duration every = options.length().dividedBy(SAMPLES_MIN);
        Duration next = every.compareTo(SAMPLE_EVERY) < 0 ? every : SAMPLE_EVERY;
        List<Double> heapMb = new ArrayList<>();
        for (Thread thread : threads) {
            while (!thread.join(next)) {
                heapMb.add(sample());
            }
        }
        return heapMb;
    }

    private void connect(SoakClient client) {
        pause.readLock().lock();
        try {
            client.connect();
        } catch (IOException failed) {
            faults.add(failed.toString());
        } finally {
            pause.readLock().unlock();
        }
    }

    private double sample() {
        pause.writeLock().lock();
        try {
            gateway.requireAlive();
            awaitNoConnection("a client's", gateway.port());
            double heapMb = heapMb();
            System.out.printf(
                    "  %,d answered, %,d abandoned, %,d refused, %,d MB; at rest no client's connection is left, and"
                            + " the heap after a collection is %.1f MB%n",
                    sum(SoakClient::answered),
                    sum(SoakClient::abandoned),
                    sum(SoakClient::refused),
                    sum(SoakClient::bytes) >> 20,
                    heapMb);
            return heapMb;
        } finally {
            pause.writeLock().unlock();
        }
    }

    private long sum(ToLongFunction<SoakClient> count) {
        return clients.stream().mapToLong(count).sum();
    }

    private static void awaitNoConnection(String whose, int port) {
        Await.until("no connection is left, " + whose, SETTLED_WITHIN, () -> TcpConnections.acceptedAt(port) == 0);
    }

    /// What is used in all spaces of the heap once it was collected.
    private double heapMb() {
        String jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd").toString();
        String pid = Long.toString(gateway.pids().getFirst());
        Commands.output(List.of(jcmd, pid, "GC.run"));
        Matcher space = USED.matcher(Commands.output(List.of(jcmd, pid, "GC.heap_info")));
        double usedMb = 0;
        while (space.find()) {
            usedMb += Long.parseLong(space.group(1)) / 1_024.0;
        }
        return usedMb;
    }

    private void judge(List<Double> heapMb, int upstreamPort) {
        faults.stream().limit(20).forEach(System.out::println);
        gateway.settle();
        awaitNoConnection("a client's", gateway.port());
        awaitNoConnection("to the upstream", upstreamPort);
        Prometheus.Reading metrics = gateway.metrics();
        double metered = metrics.sum("tollgate_gateway_requests_seconds_count");
        double published = metrics.sum("tollgate_gateway_journal_published_events_total");
        double refused = metrics.text().contains(REFUSED) ? metrics.sum(REFUSED) : 0;
        long answered = sum(SoakClient::answered);
        double growthMb = heapMb() - heapMb.get(Math.min(1, heapMb.size() - 1));
        System.out.printf(
                "no connection is left; %.0f requests metered, %.0f events published, %d answers seen whole%n",
                metered, published, answered);
        Results.report("soak: growth of the heap after a collection", growthMb, GROWTH_MB_MAX, "MB");
        require("no fault", faults.isEmpty());
        require("the heap is flat", growthMb <= GROWTH_MB_MAX);
        require(
                "every metered request is a published event, and every whole answer metered",
                metered == published && answered <= metered);
        require("nobody was refused but by the gateway's word", sum(SoakClient::refused) <= refused);
    }

    private static void require(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("does not hold: " + what);
        }
    }
}
