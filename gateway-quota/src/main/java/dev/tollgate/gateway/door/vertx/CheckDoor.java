package dev.tollgate.gateway.door.vertx;

import dev.tollgate.gateway.door.DoorMeter;
import dev.tollgate.gateway.door.DoorSettings;
import dev.tollgate.gateway.door.Doorkeeper;
import dev.tollgate.gateway.proxy.vertx.LoopGuest;
import dev.tollgate.gateway.proxy.vertx.LoopHost;
import io.vertx.core.Future;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// `GET /v1/check` on a port of its own, which all event loops share.
public final class CheckDoor implements LoopGuest {

    /// A port that all event loops share although it is chosen by the system; the proxy's own is another number.
    private static final int ANY_SHARED_PORT = -2;

    private static final int IDLE_TIMEOUT_SECONDS = 75;

    private final DoorSettings settings;
    private final DoorMeter meter;
    private final HttpServerOptions options;
    private volatile int port;

    /// @param port 0 for any
    /// @param lineBytesMax longest request line, also of the original request, which is in the header fields
    /// @param headerBytesMax the other header fields together
    public CheckDoor(
            DoorSettings settings, DoorMeter meter, String host, int port, int lineBytesMax, int headerBytesMax) {
        this.settings = settings;
        this.meter = meter;
        this.options = new HttpServerOptions()
                .setHost(host)
                .setPort(port == 0 ? ANY_SHARED_PORT : port)
                .setMaxInitialLineLength(lineBytesMax)
                .setMaxHeaderSize(headerBytesMax + lineBytesMax)
                .setIdleTimeout(IDLE_TIMEOUT_SECONDS)
                .setIdleTimeoutUnit(TimeUnit.SECONDS)
                .setHttp2ClearTextEnabled(false)
                .setHandle100ContinueAutomatically(false)
                .setCompressionSupported(false)
                .setDecompressionSupported(false)
                .setTcpNoDelay(true);
    }

    @Override
    public Future<Seat> open(LoopHost host) {
        Doorkeeper doorkeeper = new Doorkeeper(host.checkpoint(), host.recorder(), meter, settings.records());
        CheckHandler handler = new CheckHandler(settings, doorkeeper, meter, host);
        HttpServer server = host.httpServer(options).requestHandler(handler::handle);
        return server.listen().map(listening -> {
            port = listening.actualPort();
            return atMost -> shutDown(listening, atMost);
        });
    }

    private static void shutDown(HttpServer server, Duration atMost) {
        server.shutdown(atMost.toMillis(), TimeUnit.MILLISECONDS).onComplete(closed -> {});
    }

    /// Once it is open.
    public int port() {
        return port;
    }
}
