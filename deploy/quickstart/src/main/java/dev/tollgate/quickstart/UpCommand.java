package dev.tollgate.quickstart;

import dev.tollgate.quickstart.sample.SampleApi;
import dev.tollgate.quickstart.sample.SampleTenant;
import dev.tollgate.quickstart.sample.SampleTraffic;
import dev.tollgate.testing.process.ExitActions;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `./tollgate up`: everything on this machine until it is told to stop.
public final class UpCommand {

    private static final Duration SETTLE_WITHIN = Duration.ofSeconds(20);
    private static final Duration WATCH_INTERVAL = Duration.ofSeconds(1);
    private static final int REVIVALS_MAX = 10;

    private final Path root;
    private final Path state;
    private final UpOptions options;
    private final Clock clock;
    private final Progress progress = new Progress(System.out);
    private final CountDownLatch stop = new CountDownLatch(1);
    private final CountDownLatch stopped = new CountDownLatch(1);

    private UpCommand(Path root, UpOptions options, Clock clock) {
        this.root = root;
        this.state = StateFolder.of(root);
        this.options = options;
        this.clock = clock;
    }

    public static void main(String[] arguments) throws InterruptedException {
        UpOptions options;
        try {
            options = UpOptions.parse(arguments);
        } catch (UpOptions.UsageException wrong) {
            System.err.println("tollgate up: " + wrong.getMessage());
            System.exit(2);
            return;
        }
        Path root = Path.of(System.getProperty("tollgate.root", "."));
        System.exit(new UpCommand(root, options, Clock.systemUTC()).run());
    }

    private int run() throws InterruptedException {
        try (StateLock lock = StateLock.take(state).orElse(null)) {
            if (lock == null) {
                System.err.println("tollgate up: another command already runs on " + state);
                return 1;
            }
            if (options.fresh()) {
                StateFolder.clear(state);
            }
            System.out.println("Tollgate is starting. State and logs: " + state);
            serve();
            return 0;
        } catch (RuntimeException failed) {
            System.err.println("tollgate up: " + failed.getMessage());
            return 1;
        } finally {
            stopped.countDown();
        }
    }

    private void serve() throws InterruptedException {
        StackOptions stackOptions = StackOptions.everything(root, state);
        StackPorts ports = stackOptions.ports();
        try (SampleApi api = SampleApi.start(ports.sampleApi());
                Stack stack = Stack.startServers(stackOptions, progress)) {
            new Seed(stack.database(), stack.secrets())
                    .tenants(SampleTenant.ALL, LocalDate.now(clock).withDayOfMonth(1));
            stack.startServices(progress);
            // Registered last, so that it runs before what would kill the processes.
            ExitActions.register("stop in order", this::stopAndWait);
            new RunningFile(ports, stack.databaseUrl(), stack.kafka().bootstrapServers()).write(state);
            printAddresses(stack);
            try (SampleTraffic traffic = options.traffic() ? startTraffic(stack) : SampleTraffic.none()) {
                watchUntilStopped(stack);
                System.out.println("Stopping.");
                traffic.close();
                settle(stack);
                new UsageSummary(stack.database()).print(System.out, SampleTenant.ALL, traffic);
            } finally {
                RunningFile.remove(state);
            }
        }
    }

    /// Starts again what dies, a bounded number of times.
    private void watchUntilStopped(Stack stack) throws InterruptedException {
        Instant end = options.runFor().map(clock.instant()::plus).orElse(Instant.MAX);
        int revivals = 0;
        while (!stop.await(WATCH_INTERVAL.toMillis(), TimeUnit.MILLISECONDS)) {
            if (!clock.instant().isBefore(end)) {
                System.out.println("The time is up.");
                return;
            }
            revivals += stack.revive(progress);
            if (revivals > REVIVALS_MAX) {
                throw new IllegalStateException(
                        "processes died more than " + REVIVALS_MAX + " times; see the logs in " + state);
            }
        }
    }

    private void settle(Stack stack) throws InterruptedException {
        Settlement.Pending pending =
                Settlement.ofEverything(stack.database(), clock).await(SETTLE_WITHIN);
        if (!pending.isNone()) {
            System.out.println("  still on its way, and safe in the journal and the log: " + pending);
        }
    }

    private SampleTraffic startTraffic(Stack stack) {
        Map<String, String> keys = new HashMap<>();
        for (SampleTenant tenant : SampleTenant.ALL) {
            keys.put(tenant.tenantId(), stack.secrets().apiKey(tenant.tenantId()));
        }
        URI gateway = URI.create("http://127.0.0.1:" + stack.options().ports().gateway());
        return SampleTraffic.start(gateway, SampleTenant.ALL, keys);
    }

    private void printAddresses(Stack stack) {
        StackPorts ports = stack.options().ports();
        String operator = stack.secrets().apiKey("operator");
        System.out.printf(
                """

                Tollgate is up.
                  gateway      http://127.0.0.1:%d      (metrics: port %d)
                  admin API    http://127.0.0.1:%d      (operator key; /openapi.yaml)
                  console      http://127.0.0.1:%d      (user: operator, password: the operator key)
                  billing      http://127.0.0.1:%d
                  ingest       http://127.0.0.1:%d
                  aggregator   http://127.0.0.1:%d      (usage: /v1/usage; /openapi.yaml)
                  PostgreSQL   %s?user=postgres
                  Kafka        %s
                  operator key %s
                %s%s
                Try it:
                  curl -i -H 'Authorization: Bearer %s' http://127.0.0.1:%d/api/bookings
                  curl -s -H 'Authorization: Bearer %s' http://127.0.0.1:%d/v1/billing/upcoming

                %s
                """,
                ports.gateway(),
                ports.gatewayManagement(),
                ports.gatewayAdmin(),
                ports.console(),
                ports.billing(),
                ports.ingest(),
                ports.aggregator(),
                stack.databaseUrl(),
                stack.kafka().bootstrapServers(),
                operator,
                door("checks      ", "TOLLGATE_GATEWAY_DOORS_CHECK_PORT"),
                door("rate limits ", "TOLLGATE_GATEWAY_DOORS_RATE_LIMIT_PORT"),
                stack.secrets().apiKey("birch"),
                ports.gateway(),
                operator,
                ports.billing(),
                options.runFor().isPresent() ? "Stops by itself." : "Ctrl-C stops it.");
        System.out.flush();
    }

    /// A line for a door that the environment opens; the gateway's process inherits it.
    private static String door(String name, String variable) {
        String port = System.getenv(variable);
        return port == null || port.equals("-1") ? "" : "  " + name + " on 127.0.0.1:" + port + "\n";
    }

    /// Runs when the JVM is asked to end: lets `serve` end in order, and waits for it.
    private void stopAndWait() {
        stop.countDown();
        try {
            stopped.await();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
