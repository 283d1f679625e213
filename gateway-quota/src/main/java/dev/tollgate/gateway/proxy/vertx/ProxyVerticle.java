package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.OpenLane;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One event loop of the proxy: its server (all loops share the port), its upstream connections, its journal lane.
final class ProxyVerticle extends VerticleBase {

    private static final long CHECK_PROGRESS_MS = 250;
    private static final long CHECK_DRAINED_MS = 10;

    /// What exists once the verticle has started.
    private record Running(Vertx vertx, Context context, ProxyLoop loop, HttpServer server) {}

    private final ProxyParts parts;
    private final OpenLane lane;
    private final HttpServerOptions options;
    private volatile @Nullable Running running;

    ProxyVerticle(ProxyParts parts, OpenLane lane, HttpServerOptions options) {
        super();
        this.parts = parts;
        this.lane = lane;
        this.options = options;
    }

    @Override
    public Future<?> start() {
        Context own = context;
        Executor eventLoop = task -> own.runOnContext(ignored -> task.run());
        lane.bind(eventLoop);
        ProxyLoop loop = new ProxyLoop(
                parts, lane.recorder(), new UpstreamClient(vertx, parts.settings(), parts.metrics()), eventLoop);
        vertx.setPeriodic(CHECK_PROGRESS_MS, timer -> loop.checkProgress());
        HttpServer server = vertx.createHttpServer(options)
                .connectionHandler(connection -> StrictRequestDecoder.install(connection, options))
                .requestHandler(loop::handle)
                .invalidRequestHandler(loop::handleMalformed);
        running = new Running(vertx, own, loop, server);
        return server.listen();
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the proxy's event loop has not started");
        }
        return now;
    }

    int port() {
        return running().server().actualPort();
    }

    /// Accepts no more connections and no more requests on old ones; done when the requests in progress are finished,
    /// or when the time is over.
    Future<Void> drain(Duration atMost) {
        Running now = running();
        Promise<Void> drained = Promise.promise();
        now.context().runOnContext(ignored -> {
            now.loop().drain();
            now.server().shutdown(atMost.toMillis(), TimeUnit.MILLISECONDS).onComplete(closed -> {});
            long startedNanos = parts.nanoTime().getAsLong();
            now.vertx().setPeriodic(CHECK_DRAINED_MS, timer -> {
                boolean late = parts.nanoTime().getAsLong() - startedNanos > atMost.toNanos();
                if ((now.loop().inProgress() == 0 || late) && now.vertx().cancelTimer(timer)) {
                    now.loop().abandonAll();
                    drained.complete();
                }
            });
        });
        return drained.future();
    }
}
