package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.TrailerFields;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.Map;

/// The response of an exchange on its way to the client: head, body, trailers. The event is appended when the last
/// bytes are at hand and not yet written.
final class Download {

    private static final CharSequence TE = HttpHeaders.createOptimized("TE");

    private final Exchange exchange;
    private final Meter meter;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private final HttpClientRequest by;
    private final HttpClientResponse from;
    private final ResponseHead head;
    private boolean clientFull;

    Download(
            Exchange exchange,
            Meter meter,
            HttpServerRequest request,
            HttpClientRequest by,
            HttpClientResponse from,
            ResponseHead head) {
        this.exchange = exchange;
        this.meter = meter;
        this.request = request;
        this.response = request.response();
        this.by = by;
        this.from = from;
        this.head = head;
    }

    void begin() {
        from.exceptionHandler(cause -> exchange.broken(by, cause));
        if (head.bodyBytes() == 0) {
            exchange.finishWithId();
            exchange.beforeLastBytes(head);
            exchange.afterLastBytes(response.end(), head);
            return;
        }
        from.handler(this::pass);
        from.endHandler(end -> end());
        exchange.nameAhead();
        if (head.bodyBytes() == ResponseHead.UNKNOWN && request.version() != HttpVersion.HTTP_1_0) {
            response.setChunked(true);
            response.writeHead();
        }
    }

    private void pass(Buffer data) {
        if (exchange.isFinished()) {
            return;
        }
        exchange.progress();
        boolean isLast = meter.sends(data.length()) >= head.bodyBytes() && head.bodyBytes() != ResponseHead.UNKNOWN;
        if (isLast) {
            exchange.finishWithId();
            exchange.beforeLastBytes(head);
            exchange.afterLastBytes(response.end(data), head);
            return;
        }
        response.write(data);
        if (response.writeQueueFull()) {
            clientFull = true;
            from.pause();
            response.drainHandler(drained -> {
                clientFull = false;
                exchange.progress();
                from.resume();
            });
        }
    }

    private void end() {
        if (exchange.isFinished()) {
            return;
        }
        if (head.bodyBytes() != ResponseHead.UNKNOWN) {
            exchange.broken(by, new IllegalStateException("the upstream's response is too short"));
            return;
        }
        addTrailers();
        exchange.finishWithId();
        exchange.beforeLastBytes(head);
        exchange.afterLastBytes(response.end(), head);
    }

    /// For clients that say they read them; HTTP/1.0 has none.
    private void addTrailers() {
        boolean wanted = !from.trailers().isEmpty()
                && request.version() != HttpVersion.HTTP_1_0
                && TrailerFields.accepted(request.headers().getAll(TE));
        if (wanted) {
            for (Map.Entry<String, String> field : from.trailers()) {
                if (TrailerFields.passes(field.getKey())) {
                    response.trailers().add(field.getKey(), field.getValue());
                }
            }
        }
    }

    /// Whether the client does not take what the upstream has sent.
    boolean waitsForClient() {
        return clientFull;
    }
}
