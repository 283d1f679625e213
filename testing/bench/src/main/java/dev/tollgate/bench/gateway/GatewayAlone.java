package dev.tollgate.bench.gateway;

import dev.tollgate.quickstart.Progress;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackOptions;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.quickstart.StateFolder;
import dev.tollgate.quickstart.StateLock;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.http.RawConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;

/// A gateway as people run it, with everything on, before an upstream of the caller's; nothing is measured beside it.
/// Tenants are those of `BenchTenants`, one for each client.
final class GatewayAlone implements AutoCloseable {

    static final int TENANTS = 20;

    /// What the heap's flatness is about: small enough that a leak shows.
    private static final List<String> JVM_OPTIONS =
            List.of("-Xmx256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    private static final Duration SERVES_WITHIN = Duration.ofSeconds(120);
    private static final Duration ANSWERS_WITHIN = Duration.ofSeconds(5);

    private final StateLock lock;
    private final Stack stack;
    private final TollgateSide gateway;

    private GatewayAlone(StateLock lock, Stack stack, TollgateSide gateway) {

        this.lock = lock;
        this.stack = stack;
        this.gateway = gateway;
    }

    static GatewayAlone start(int upstreamPort) {
        Path root = Path.of(System.getProperty("tollgate.root", ".")).toAbsolutePath();
        Path state = root.resolve("testing/bench/target/state");
        StateLock lock = StateLock.take(state)
                .orElseThrow(() -> new IllegalStateException("another benchmark runs on " + state));
        StateFolder.clear(state);
        Stack stack = Stack.startServers(
                StackOptions.everything(root, state)
                        .withPorts(StackPorts.free())
                        .withDurable(false)
                        .withServices(Set.of()),
                new Progress(System.out));
        BenchTenants.register(stack.database(), 1, TENANTS);
        TollgateSide gateway = TollgateSide.start(Cores.shared(), stack, "gateway", upstreamPort, JVM_OPTIONS);
        GatewayAlone alone = new GatewayAlone(lock, stack, gateway);
        try {
            alone.awaitServing();
        } catch (AwaitFailed failed) {
            alone.close();
            throw failed;
        }
        return alone;
    }

    /// Returns once a request is answered by the upstream.
    void awaitServing() {
        byte[] request = ("GET /api HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + BenchTenants.key(1) + "\r\n\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
        Await.until("the gateway serves", SERVES_WITHIN, () -> {
            gateway.requireAlive();
            try (RawConnection connection = new RawConnection(gateway.port())) {
                connection.send(request);
                return connection
                        .read(false, ANSWERS_WITHIN)
                        .filter(answer -> answer.status() == 200)
                        .isPresent();
            }
        });
    }

    TollgateSide gateway() {
        return gateway;
    }

    @Override
    public void close() {
        try (lock;
                stack;
                gateway) {
            // Ends them, the gateway first.
        }
    }
}
