package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.OpenLane;
import dev.tollgate.gateway.proxy.ProxySettings;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The proxy on all its event loops, one per journal lane.
public final class ProxyServer {

    /// How much later than the last event loop's answer the whole start or drain may be.
    private static final Duration GRACE = Duration.ofSeconds(10);

    /// A port that all event loops share although it is chosen by the system.
    private static final int ANY_SHARED_PORT = -1;

    private final Vertx vertx;
    private final List<ProxyVerticle> verticles = new ArrayList<>();

    public ProxyServer(Vertx vertx) {
        this.vertx = vertx;
    }

    /// Listens on the port (0 for any); returns once every event loop serves.
    public void start(ProxyParts parts, List<OpenLane> lanes, String host, int port) {
        HttpServerOptions options = options(parts.settings(), host, port);
        List<Future<String>> deployed = new ArrayList<>();
        for (OpenLane lane : lanes) {
            ProxyVerticle verticle = new ProxyVerticle(parts, lane, options);
            verticles.add(verticle);
            deployed.add(vertx.deployVerticle(verticle));
        }
        await(Future.all(deployed), GRACE);
    }

    private static HttpServerOptions options(ProxySettings settings, String host, int port) {
        return new HttpServerOptions()
                .setHost(host)
                .setPort(port == 0 ? ANY_SHARED_PORT : port)
                .setMaxInitialLineLength(settings.requestLineBytesMax())
                .setMaxHeaderSize(settings.headerBytesMax())
                .setIdleTimeout((int) settings.idleTimeout().toMillis())
                .setIdleTimeoutUnit(TimeUnit.MILLISECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true);
    }

    public int port() {
        return verticles.getFirst().port();
    }

    /// Stops accepting and waits for the requests in progress; what is not finished by then is cut, with its event.
    public void drain(Duration atMost) {
        List<Future<Void>> drained =
                verticles.stream().map(verticle -> verticle.drain(atMost)).toList();
        await(Future.all(drained), atMost.plus(GRACE));
    }

    private static void await(Future<?> future, Duration atMost) {
        try {
            future.await(atMost.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("the proxy's event loops do not answer", late);
        }
    }
}
