package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.OpenLane;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// The proxy on all its event loops, one per journal lane.
public final class ProxyServer {

    /// How much later than the last event loop's answer the whole start or drain may be.
    private static final Duration GRACE = Duration.ofSeconds(10);

    private final Vertx vertx;
    private final List<ProxyVerticle> verticles = new ArrayList<>();
    private final AtomicInteger connections = new AtomicInteger();
    private volatile @Nullable TlsCertificate certificate;

    public ProxyServer(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Listens on the port (0 for any); returns once every event loop serves.
    public void start(ProxyParts parts, List<OpenLane> lanes, String host, int port) {
        start(parts, lanes, host, port, OptionalInt.empty(), List.of());
    }

    /// The same with a second port (0 for any) for TLS, whose certificate must be there, and with guests, whom every
    /// event loop serves too.
    public void start(
            ProxyParts parts,
            List<OpenLane> lanes,
            String host,
            int port,
            OptionalInt tlsPort,
            List<LoopGuest> guests) {
        HttpServerOptions clear = ServerOptions.clearText(parts.settings(), host, port);
        HttpServerOptions tls = tlsPort.isEmpty()
                ? null
                : ServerOptions.tls(parts.settings(), host, tlsPort.getAsInt(), ownCertificate());
        List<Future<String>> deployed = new ArrayList<>();
        for (OpenLane lane : lanes) {
            ProxyVerticle verticle = new ProxyVerticle(parts, lane, clear, tls, connections, guests);
            verticles.add(verticle);
            deployed.add(vertx.deployVerticle(verticle));
        }
        await(Future.all(deployed), GRACE);
    }

    private TlsCertificate ownCertificate() {
        TlsCertificate present = certificate;
        if (present == null) {
            throw new IllegalStateException("there is no certificate for TLS");
        }
        return present;
    }

    /// The certificate of TLS connections that begin from now on; those that exist keep theirs.
    ///
    /// @param certificates PEM, the gateway's own first
    /// @param key PEM
    /// @throws IllegalArgumentException when they are no pair; then the former stays
    public void useCertificate(byte[] certificates, byte[] key) {
        TlsCertificate next = TlsCertificate.of(vertx, certificates, key);
        certificate = next;
        List<Future<Boolean>> updated =
                verticles.stream().map(verticle -> verticle.use(next)).toList();
        if (!updated.isEmpty()) {
            await(Future.all(updated), GRACE);
        }
    }

    public int port() {
        return verticles.getFirst().port();
    }

    /// The port for TLS; only with one.
    public int tlsPort() {
        return verticles.getFirst().tlsPort();
    }

    /// Stops accepting and waits for the requests in progress; what is not finished by then is cut, with its event.
    ///
    /// @param delay how long new connections are still accepted, while those that exist are told to go elsewhere
    public void drain(Duration delay, Duration atMost) {
        List<Future<Void>> drained = verticles.stream()
                .map(verticle -> verticle.drain(delay, atMost))
                .toList();
        await(Future.all(drained), delay.plus(atMost).plus(GRACE));
    }

    private static void await(Future<?> future, Duration atMost) {
        try {
            future.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("the proxy's event loops do not answer", late);
        }
    }
}
