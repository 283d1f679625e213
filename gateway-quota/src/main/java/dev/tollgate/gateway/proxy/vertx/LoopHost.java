package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.proxy.Checkpoint;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;

/// An event loop of the proxy, for its guests. What it hands out belongs to that event loop; `execute` may be called
/// from any thread.
public final class LoopHost {

    private final Vertx vertx;
    private final ProxyLoop loop;

    LoopHost(Vertx vertx, ProxyLoop loop) {
        this.vertx = vertx;
        this.loop = loop;
    }

    public Checkpoint checkpoint() {
        return loop.checkpoint();
    }

    public RequestRecorder recorder() {
        return loop.recorder();
    }

    /// A server as strict about requests as the proxy's; what cannot be read is answered.
    public HttpServer httpServer(HttpServerOptions options) {
        return vertx.createHttpServer(options)
                .connectionHandler(connection -> StrictRequestDecoder.install(connection, options))
                .invalidRequestHandler(loop::handleMalformed);
    }

    /// Runs it soon, on the event loop.
    public void execute(Runnable task) {
        loop.later(task);
    }

    /// The Date field's value.
    public String date() {
        return loop.date();
    }

    /// One line in the log of refusals.
    public void refused(int status, String tenantId, String reason, String path) {
        loop.refusalLog().refused(status, tenantId, reason, path);
    }
}
