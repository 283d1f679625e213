package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One admitted request on its way to the upstream and back. Everything runs on one event loop.
///
/// Its event is appended exactly once, in `finish`, at the first of: the last bytes of the response are at hand and not
/// yet written; the client is gone; the upstream failed; no progress for too long.
final class Exchange {

    /// The status in the event of a client that went away before there was a response.
    static final int CLIENT_GONE_STATUS = 499;

    private final ProxyLoop loop;
    private final AdmittedRequest admitted;
    private final Meter meter;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private @Nullable HttpClientRequest upstream;
    private long lastProgressNanos;
    private boolean requestEnded;
    private boolean finished;
    private int upstreamStatus;

    Exchange(ProxyLoop loop, AdmittedRequest admitted) {
        this.loop = loop;
        this.admitted = admitted;
        this.meter = new Meter(loop, admitted);
        this.request = admitted.request();
        this.response = request.response();
        this.lastProgressNanos = loop.nanoTime();
    }

    void begin() {
        loop.begun(this);
        response.closeHandler(closed -> clientGone());
        response.exceptionHandler(failure -> clientGone());
        request.exceptionHandler(failure -> clientGone());
        RequestBody body = RequestBody.of(request);
        body.onFault(cause -> loop.later(() -> bodyBroken(cause)));
        Throwable fault = body.fault();
        if (response.closed()) {
            clientGone();
        } else if (fault != null) {
            bodyBroken(fault);
        }
        if (finished) {
            return;
        }
        loop.client()
                .open(
                        admitted.route(),
                        request.method(),
                        admitted.target().path() + admitted.target().query())
                .onComplete(this::connected);
    }

    private void connected(AsyncResult<HttpClientRequest> connection) {
        if (connection.failed()) {
            fail(ProblemType.UPSTREAM_UNREACHABLE, "no connection to the upstream", connection.cause());
            return;
        }
        upstream = connection.result();
        if (finished) {
            upstream.reset();
            return;
        }
        send(upstream);
    }

    private void send(HttpClientRequest to) {
        progress();
        loop.messageHeaders().copyRequest(request, admitted.credentials(), admitted.tenantId(), to.headers());
        to.response().onComplete(this::answered);
        to.exceptionHandler(this::upstreamFailed);
        meter.reachesUpstream();
        if (!Answers.hasBody(request)) {
            requestEnded = true;
            to.end();
            request.resume();
            return;
        }
        if (!request.headers().contains(HttpHeaders.CONTENT_LENGTH)) {
            to.setChunked(true);
        }
        to.sendHead();
        request.handler(data -> forward(to, data));
        request.endHandler(end -> endOfRequest(to));
        if (request.headers().contains(HttpHeaders.EXPECT)) {
            response.writeContinue();
        }
        request.resume();
    }

    private void forward(HttpClientRequest to, Buffer data) {
        if (finished) {
            return;
        }
        progress();
        long bodyBytesMax = loop.settings().bodyBytesMax();
        if (meter.received(data.length()) > bodyBytesMax) {
            fail(ProblemType.BODY_TOO_LARGE, "the body is longer than " + bodyBytesMax + " bytes", null);
            return;
        }
        to.write(data);
        if (to.writeQueueFull()) {
            request.pause();
            to.drainHandler(drained -> {
                progress();
                request.resume();
            });
        }
    }

    private void endOfRequest(HttpClientRequest to) {
        requestEnded = true;
        if (!finished) {
            progress();
            to.end();
        }
    }

    private void answered(AsyncResult<HttpClientResponse> answer) {
        if (finished) {
            return;
        }
        if (answer.failed()) {
            upstreamFailed(answer.cause());
            return;
        }
        HttpClientResponse from = answer.result();
        if (from.statusCode() < 200) {
            fail(ProblemType.UPSTREAM_UNREACHABLE, "the upstream switched protocols", null);
            return;
        }
        progress();
        upstreamStatus = from.statusCode();
        meter.dbQueries(from.getHeader(loop.settings().dbQueryCountHeader()));
        ResponseHead head = ResponseHead.prepare(admitted, from, loop);
        if (head.bodyBytes() == 0) {
            name(finish(upstreamStatus));
            afterLastBytes(response.end(), head);
        } else {
            stream(from, head);
        }
    }

    private void stream(HttpClientResponse from, ResponseHead head) {
        from.exceptionHandler(this::upstreamFailed);
        from.handler(data -> backward(from, data, head));
        from.endHandler(end -> endOfResponse(head));
        name(meter.idAhead());
        if (head.bodyBytes() == ResponseHead.UNKNOWN && request.version() != HttpVersion.HTTP_1_0) {
            response.setChunked(true);
            response.writeHead();
        }
    }

    private void backward(HttpClientResponse from, Buffer data, ResponseHead head) {
        if (finished) {
            return;
        }
        progress();
        boolean isLast = meter.sends(data.length()) >= head.bodyBytes() && head.bodyBytes() != ResponseHead.UNKNOWN;
        if (isLast) {
            UUID id = finish(upstreamStatus);
            if (!response.headWritten()) {
                name(id);
            }
            afterLastBytes(response.end(data), head);
            return;
        }
        response.write(data);
        if (response.writeQueueFull()) {
            from.pause();
            response.drainHandler(drained -> {
                progress();
                from.resume();
            });
        }
    }

    private void endOfResponse(ResponseHead head) {
        if (finished) {
            return;
        }
        if (head.bodyBytes() != ResponseHead.UNKNOWN) {
            upstreamFailed(new IllegalStateException("the upstream's response is too short"));
            return;
        }
        finish(upstreamStatus);
        afterLastBytes(response.end(), head);
    }

    /// A response may be over before the request: what is left of the request is not wanted any more.
    private void afterLastBytes(Future<Void> written, ResponseHead head) {
        if (!requestEnded) {
            resetUpstream();
            Answers.discardBody(request);
        }
        if (!requestEnded || head.closesAfterwards()) {
            written.onComplete(done -> request.connection().close());
        }
    }

    private void upstreamFailed(Throwable cause) {
        fail(ProblemType.UPSTREAM_UNREACHABLE, "the upstream failed", cause);
    }

    /// Called once in a while by the loop.
    void checkProgress(long nowNanos, long timeoutNanos) {
        if (nowNanos - lastProgressNanos > timeoutNanos) {
            fail(ProblemType.UPSTREAM_TIMEOUT, "the upstream did not answer in time", null);
        }
    }

    /// The gateway stops before the request is finished.
    void abandon() {
        fail(ProblemType.UNAVAILABLE, "the gateway stops", null);
    }

    /// A problem when the client has seen nothing yet; else the connection is cut, so that it sees the break.
    private void fail(ProblemType type, String detail, @Nullable Throwable cause) {
        if (finished) {
            return;
        }
        boolean headSent = response.headWritten();
        UUID id = finish(headSent ? upstreamStatus : type.status());
        String reason = cause == null ? detail : detail + ": " + cause;
        loop.refusalLog()
                .refused(
                        type.status(),
                        admitted.tenantId(),
                        reason,
                        admitted.target().path());
        resetUpstream();
        if (headSent) {
            request.connection().close();
            return;
        }
        response.headers().clear();
        admitted.writeRateLimit(loop.rateLimitFields());
        name(id);
        Answers.problem(
                request, ProblemResponse.of(type, detail), admitted.target().path(), loop.date());
    }

    private void bodyBroken(Throwable cause) {
        fail(ProblemType.BAD_REQUEST, "the body is not well-formed HTTP", cause);
    }

    private void clientGone() {
        if (!finished) {
            finish(upstreamStatus == 0 ? CLIENT_GONE_STATUS : upstreamStatus);
            resetUpstream();
        }
    }

    private void resetUpstream() {
        if (upstream != null) {
            upstream.reset();
        }
    }

    /// Appends the event. Should that fail, the client must not see the response's end.
    private @Nullable UUID finish(int status) {
        finished = true;
        loop.ended(this);
        try {
            return meter.record(status);
        } catch (RuntimeException fault) {
            resetUpstream();
            request.connection().close();
            throw fault;
        }
    }

    /// The event's id in the response. While the event is yet to come, only the id's time may still change.
    private void name(@Nullable UUID id) {
        if (id != null) {
            response.putHeader(MessageHeaders.REQUEST_ID, id.toString());
        }
    }

    private void progress() {
        lastProgressNanos = loop.nanoTime();
    }
}
