package dev.tollgate.gateway.management.vertx;

import dev.tollgate.gateway.management.Readiness;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// Serves `/actuator/health/liveness`, `/actuator/health/readiness`, `/actuator/prometheus`, `/openapi.yaml`, and for
/// operators `/v1/sources`, on a port of its own.
public final class ManagementServer {

    private static final long START_MS_MAX = 10_000;
    private static final String OPEN_API = "/openapi/gateway-management.yaml";
    private static final int IDLE_SECONDS_MAX = 60;

    private final Vertx vertx;
    private final Readiness readiness;
    private final PrometheusMeterRegistry metrics;
    private final SourcesApi sources;
    private final Buffer openApi;

    public ManagementServer(Vertx vertx, Readiness readiness, PrometheusMeterRegistry metrics, SourcesApi sources) {
        this.vertx = vertx;
        this.readiness = readiness;
        this.metrics = metrics;
        this.sources = sources;
        this.openApi = readOpenApi();
    }

    private static Buffer readOpenApi() {
        try (InputStream yaml = ManagementServer.class.getResourceAsStream(OPEN_API)) {
            if (yaml == null) {
                throw new IllegalStateException(OPEN_API + " is missing from the gateway's jar");
            }
            return Buffer.buffer(yaml.readAllBytes());
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
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
            case String path when SourcesApi.handles(path) -> sources.handle(request, path);
            case "/openapi.yaml" ->
                request.response()
                        .putHeader(HttpHeaders.CONTENT_TYPE, "application/yaml")
                        .end(openApi);
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
