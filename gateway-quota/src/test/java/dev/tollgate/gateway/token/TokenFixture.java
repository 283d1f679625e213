package dev.tollgate.gateway.token;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import dev.tollgate.gateway.token.http.KeySetAddress;
import dev.tollgate.gateway.token.jose.JoseTokenVerifier;
import dev.tollgate.gateway.token.jose.JwkSet;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/// An issuer that publishes its keys over HTTP, and the gateway's part that follows it, under clocks of the test.
public final class TokenFixture implements AutoCloseable {

    /// So long that nothing is read unless the test wants it.
    public static final Duration NEVER = Duration.ofHours(1);

    public final AtomicInteger readings = new AtomicInteger();
    public final AtomicLong nanos = new AtomicLong();
    public final AtomicLong nowMs = new AtomicLong(TestIssuer.NOW_MS);
    public volatile String document = "";
    public volatile int status = 200;

    /// While set, the issuer answers only when it is counted down.
    public volatile @Nullable CountDownLatch stalled;

    private final HttpServer server;
    private final ExecutorService threads = Executors.newCachedThreadPool();

    public TokenFixture(TestIssuer.Key... keys) {
        publish(keys);
        try {
            server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        } catch (IOException fault) {
            throw new IllegalStateException(fault);
        }
        server.setExecutor(threads);
        server.createContext("/keys", this::answer);
        server.start();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            CountDownLatch held = stalled;
            if (held != null) {
                held.await();
            }
            readings.incrementAndGet();
            byte[] body = document.getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().set("Location", "/keys");
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    public void publish(TestIssuer.Key... keys) {
        document = TestIssuer.keySet(keys);
    }

    public URI uri() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/keys");
    }

    public Tokens tokens(Duration refresh, Duration keptMax, boolean passedOn) {
        IssuerKeyring keyring = new IssuerKeyring(new KeySetAddress(uri()), new JwkSet(), refresh, keptMax, nanos::get);
        return new Tokens(new JoseTokenVerifier(TestIssuer.RULES), keyring, nowMs::get, passedOn);
    }

    /// Lets so much time pass that the keys may be read again.
    public void passReadGap() {
        nanos.addAndGet(IssuerKeyring.READ_GAP.toNanos());
    }

    @Override
    public void close() {
        CountDownLatch held = stalled;
        if (held != null) {
            held.countDown();
        }
        server.stop(0);
        threads.shutdownNow();
    }
}
