package dev.tollgate.bench.gateway;

import dev.tollgate.testing.Await;
import dev.tollgate.testing.http.StrictUpstream;
import dev.tollgate.testing.rules.Fuzz;
import dev.tollgate.testing.rules.Mutator;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/// Mutated requests against a running gateway for a while: no 5xx of its own making, no request at the upstream that
/// was not metered, no connection left, and it still serves. Throws when one of them does not hold.
public final class FuzzRun {

    private static final int CONNECTIONS = 12;
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(20);

    private FuzzRun() {}

    /// @param arguments those behind the program's name
    public static void run(List<String> arguments) throws InterruptedException {
        RunOptions options = RunOptions.parse("fuzz", arguments, Duration.ofSeconds(60), System.nanoTime());
        try (StrictUpstream upstream = new StrictUpstream();
                GatewayAlone alone = GatewayAlone.start(upstream.port())) {
            TollgateSide gateway = alone.gateway();
            System.out.printf("fuzzing for %d s, --seed %d%n", options.length().toSeconds(), options.seed());
            Fuzz fuzz = new Fuzz(gateway.port(), new Mutator(BenchTenants.key(1), options.seed()));
            long endNanos = System.nanoTime() + options.length().toNanos();
            fuzz.run(CONNECTIONS, number -> System.nanoTime() < endNanos);
            System.out.printf("%d cases, answers by status: %s%n", fuzz.cases(), new TreeMap<>(fuzz.statuses()));
            fuzz.faults().forEach(System.out::println);
            upstream.violations().forEach(violation -> System.out.println("at the upstream: " + violation));
            require("no fault", fuzz.faults().isEmpty() && upstream.violations().isEmpty());
            alone.awaitServing();
            settle(gateway, upstream);
        }
        System.out.println("fuzz: passed");
    }

    private static void settle(TollgateSide gateway, StrictUpstream upstream) {
        gateway.settle();
        Prometheus.Reading metrics = gateway.metrics();
        double metered = metrics.sum("tollgate_gateway_requests_seconds_count");
        double published = metrics.sum("tollgate_gateway_journal_published_events_total");
        System.out.printf(
                "%.0f requests metered, %.0f events published, %d reached the upstream, %d of them whole%n",
                metered, published, upstream.begun(), upstream.completed());
        require("every event is one metered request", metered == published);
        require("nothing reached the upstream unmetered", upstream.begun() <= metered);
        Await.until(
                "no client's connection is left", SETTLED_WITHIN, () -> TcpConnections.acceptedAt(gateway.port()) == 0);
        Await.until("no upstream connection is left", SETTLED_WITHIN, () -> upstream.connections() == 0);
    }

    private static void require(String what, boolean holds) {
        if (!holds) {
            throw new IllegalStateException("does not hold: " + what);
        }
    }
}
