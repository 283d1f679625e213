package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.HopByHopHeaders;
import dev.tollgate.gateway.proxy.TrailerFields;
import dev.tollgate.schema.access.problem.ProblemType;
import io.netty.handler.codec.http.DefaultHttpHeaders;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The request of an exchange on its way to the upstream: head, body, trailers. With `Expect: 100-continue` the body
/// waits until the upstream asks for it, or for a bounded time.
final class Upload {

    private static final CharSequence TE = HttpHeaders.createOptimized("TE");
    private static final CharSequence TRAILERS = HttpHeaders.createOptimized("trailers");
    private static final CharSequence CONTINUE = HttpHeaders.createOptimized("100-continue");
    private static final CharSequence WEBSOCKET = HttpHeaders.createOptimized(WebSocketHandshake.PROTOCOL);

    private final ProxyLoop loop;
    private final Exchange exchange;
    private final AdmittedRequest admitted;
    private final Meter meter;
    private final HttpServerRequest request;
    private final HttpClientRequest to;
    private final SentRequest sent;
    private final BodyPace pace;
    private boolean held;
    private long heldSinceNanos;
    private boolean upstreamFull;
    private boolean bodyRead;
    private boolean ended;

    Upload(
            ProxyLoop loop,
            Exchange exchange,
            AdmittedRequest admitted,
            Meter meter,
            HttpClientRequest to,
            SentRequest sent) {
        this.loop = loop;
        this.exchange = exchange;
        this.admitted = admitted;
        this.meter = meter;
        this.request = admitted.request();
        this.to = to;
        this.sent = sent;
        this.pace = new BodyPace(loop.settings().clients().bodyBytesPerSecondMin(), loop.nanoTime());
    }

    void begin() {
        loop.messageHeaders().copyRequest(request, admitted.credentials(), admitted.tenantId(), to.headers());
        addConnectionFields();
        if (Answers.hasBody(request)) {
            if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
                to.setChunked(true);
            }
            sendHead();
            holdOrRead();
        } else {
            endWithoutBody();
            request.resume();
        }
    }

    private void addConnectionFields() {
        if (sent.asksToSwitch()) {
            to.putHeader(HttpHeaders.CONNECTION, HttpHeaders.UPGRADE);
            to.putHeader(HttpHeaders.UPGRADE, WEBSOCKET);
        } else if (readsTrailers()) {
            to.putHeader(HttpHeaders.CONNECTION, TE);
            to.putHeader(TE, TRAILERS);
        }
        if (expectsContinue()) {
            to.putHeader(HttpHeaders.EXPECT, CONTINUE);
        }
    }

    /// In HTTP/1.1 the field counts only when Connection names it (RFC 9110, section 10.1.4).
    private boolean readsTrailers() {
        return request.headers().contains(TE)
                && TrailerFields.accepted(request.headers().getAll(TE))
                && (request.version() == HttpVersion.HTTP_2
                        || HopByHopHeaders.namedBy(request.headers().getAll(HttpHeaders.CONNECTION))
                                .contains("te"));
    }

    private boolean expectsContinue() {
        return request.version() != HttpVersion.HTTP_1_0
                && request.headers().contains(HttpHeaders.EXPECT)
                && Answers.hasBody(request);
    }

    private void sendHead() {
        to.sendHead().onFailure(cause -> exchange.broken(to, cause));
    }

    private void endWithoutBody() {
        ended = true;
        to.end().onFailure(cause -> exchange.broken(to, cause));
    }

    private void holdOrRead() {
        if (!sent.hasLeft()) {
            return;
        }
        if (expectsContinue()) {
            held = true;
            heldSinceNanos = loop.nanoTime();
        } else {
            read();
        }
    }

    /// Called when the upstream asks for the body.
    void goOn() {
        if (held) {
            held = false;
            request.response().writeContinue();
            read();
        }
    }

    /// Called once in a while.
    void check(long nowNanos) {
        long allowed = loop.settings().upstreams().continueTimeout().toNanos();
        if (held && nowNanos - heldSinceNanos > allowed) {
            goOn();
        }
        if (pace.isTooSlow(nowNanos, meter.received(0), waitsForClient())) {
            exchange.fail(ProblemType.REQUEST_TIMEOUT, "the body arrives too slowly", null);
        }
    }

    private void read() {
        request.handler(this::forward);
        request.endHandler(end -> end());
        request.resume();
    }

    private void forward(Buffer data) {
        if (exchange.isFinished()) {
            return;
        }
        exchange.progress();
        bodyRead = true;
        long bodyBytesMax = loop.settings().bodyBytesMax();
        if (meter.received(data.length()) > bodyBytesMax) {
            exchange.fail(ProblemType.BODY_TOO_LARGE, "the body is longer than " + bodyBytesMax + " bytes", null);
            return;
        }
        to.write(data);
        if (to.writeQueueFull()) {
            upstreamFull = true;
            request.pause();
            to.drainHandler(drained -> {
                upstreamFull = false;
                exchange.progress();
                if (!exchange.isFinished()) {
                    request.resume();
                }
            });
        }
    }

    private void end() {
        if (exchange.isFinished()) {
            ended = true;
            return;
        }
        exchange.progress();
        ended = true;
        DefaultHttpHeaders trailers = trailers(RequestBody.of(request));
        if (trailers != null) {
            sent.trailers(trailers);
        }
        to.end();
    }

    /// Trailers exist in chunked bodies only.
    private static @Nullable DefaultHttpHeaders trailers(@Nullable RequestBody body) {
        if (body == null || body.trailers().isEmpty()) {
            return null;
        }
        DefaultHttpHeaders passing = new DefaultHttpHeaders();
        for (Map.Entry<String, String> field : body.trailers()) {
            if (TrailerFields.passes(field.getKey())) {
                passing.add(field.getKey(), field.getValue());
            }
        }
        return passing;
    }

    /// Whether the whole request has been read.
    boolean isEnded() {
        return ended;
    }

    /// Whether the client waits for a word before it sends the body.
    boolean isHeld() {
        return held;
    }

    /// Whether the client is silent although more is expected from it.
    boolean waitsForClient() {
        return !ended && !held && !upstreamFull;
    }

    /// Whether bytes of the body were taken, which no second try could send.
    boolean hasRead() {
        return bodyRead;
    }
}
