package dev.tollgate.gateway.management.vertx;

import dev.tollgate.gateway.management.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Serves `/actuator/health/liveness`, `/actuator/health/readiness` and `/actuator/prometheus` on a port of its own.
public final class ManagementServer {

    private static final long START_MS_MAX = 10_000;
    private static final int IDLE_SECONDS_MAX = 60;

    private final Vertx vertx;
    private final Readiness readiness;
    private final PrometheusMeterRegistry metrics;

    public ManagementServer(Vertx vertx, Readiness readiness, PrometheusMeterRegistry metrics) {
        this.vertx = vertx;
        this.readiness = readiness;
        this.metrics = metrics;
    }

    /// Listens on the port (0 for any) and returns the port.
    public int start(String host, int port) {
        HttpServer listening = vertx.createHttpServer(
                        new HttpServerOptions().setIdleTimeout(IDLE_SECONDS_MAX).setHttp2ClearTextEnabled(false))
                .requestHandler(this::handle);
        try {
            listening.listen(port, host).await(START_MS_MAX, TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException("the management port does not open", late);
        }
        return listening.actualPort();
    }

    private void handle(HttpServerRequest request) {
        switch (request.path()) {
            case "/actuator/health/liveness" -> json(request, 200, new JsonObject().put("status", "UP"));
            case "/actuator/health/readiness" -> ready(request);
            case "/actuator/prometheus" ->
                request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "text/plain; version=0.0.4; charset=utf-8")
                        .end(metrics.scrape());
            case null, default -> json(request, 404, new JsonObject().put("status", "UNKNOWN"));
        }
    }

    private void ready(HttpServerRequest request) {
        Readiness.Snapshot now = readiness.snapshot();
        JsonObject components = new JsonObject();
        for (Map.Entry<String, Readiness.State> each : now.states().entrySet()) {
            components.put(
                    each.getKey(),
                    new JsonObject()
                            .put("status", each.getValue().good() ? "UP" : "DOWN")
                            .put("detail", each.getValue().detail()));
        }
        JsonObject body = new JsonObject()
                .put("status", now.ready() ? "UP" : "OUT_OF_SERVICE")
                .put("components", components);
        json(request, now.ready() ? 200 : 503, body);
    }

    private static void json(HttpServerRequest request, int status, JsonObject body) {
        request.response()
                .setStatusCode(status)
                .putHeader(HttpHeaders.CONTENT_TYPE, "application/json")
                .end(body.encode());
    }
}
