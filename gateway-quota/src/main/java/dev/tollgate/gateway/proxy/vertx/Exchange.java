package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.TargetHealth;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.AsyncResult;
import io.vertx.core.Future;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.io.IOException;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One admitted request on its way to the upstream and back: [Attempt]s at its targets, at most two; [Upload] and
/// [Download]; for a WebSocket a [Tunnel]. Everything runs on one event loop.
///
/// Its event is appended exactly once, in `finish`, at the first of: the last bytes of the response are at hand and not
/// yet written; the client is gone; the upstream failed; no progress for too long.
final class Exchange {

    /// The status in the event of a client that went away before there was a response.
    static final int CLIENT_GONE_STATUS = 499;

    private static final int SWITCHING_PROTOCOLS = 101;

    private final ProxyLoop loop;
    private final AdmittedRequest admitted;
    private final Meter meter;
    private final HttpServerRequest request;
    private final HttpServerResponse response;
    private @Nullable Attempt attempt;
    private @Nullable Upload upload;
    private @Nullable Download download;
    private @Nullable Tunnel tunnel;
    private boolean retried;
    private long lastProgressNanos;
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
        if (body != null) {
            body.onFault(cause -> loop.later(() -> bodyBroken(cause)));
        }
        Throwable fault = body == null ? null : body.fault();
        if (response.closed()) {
            clientGone();
        } else if (fault != null) {
            bodyBroken(fault);
        }
        if (!finished) {
            tryTarget(null);
        }
    }

    private void tryTarget(TargetHealth.@Nullable Use failed) {
        Attempt next = new Attempt(loop, this, loop.targets().choose(admitted.route(), failed, loop.nanoTime()));
        attempt = next;
        progress();
        next.begin(admitted);
    }

    void notConnected(Attempt failed, UpstreamFailure failure) {
        upstreamFailed(failed, failure);
    }

    void connected(Attempt on, HttpClientRequest to) {
        progress();
        SentRequest sent = new SentRequest(StrictRequestDecoder.asksForWebSocket(request), meter::reachesUpstream);
        on.announce(to, sent);
        Upload next = new Upload(loop, this, admitted, meter, to, sent);
        upload = next;
        to.response().onComplete(answer -> answered(on, to, answer));
        to.exceptionHandler(cause -> broken(to, cause));
        new InterimResponses(loop, this, request, next).listen(to);
        next.begin();
    }

    private void answered(Attempt by, HttpClientRequest to, AsyncResult<HttpClientResponse> answer) {
        if (finished || attempt != by) {
            return;
        }
        if (answer.failed()) {
            broken(to, answer.cause());
            return;
        }
        HttpClientResponse from = answer.result();
        if (!UpstreamFailure.isReadable(from)) {
            upstreamFailed(
                    by, UpstreamFailure.broken(new IOException("the response has a status or coding of its own")));
            return;
        }
        progress();
        by.answered();
        upstreamStatus = from.statusCode();
        meter.dbQueries(from.getHeader(loop.settings().dbQueryCountHeader()));
        if (upstreamStatus == SWITCHING_PROTOCOLS) {
            openTunnel(to, from);
            return;
        }
        boolean mayContinue = upload != null && upload.isHeld();
        ResponseHead head = ResponseHead.prepare(admitted, from, loop, mayContinue);
        Download next = new Download(this, meter, request, to, from, head);
        download = next;
        next.begin();
    }

    private void openTunnel(HttpClientRequest to, HttpClientResponse from) {
        from.exceptionHandler(closed -> tunnelEnds());
        ResponseHead.prepareSwitch(admitted, from, loop);
        nameAhead();
        Tunnel opened = new Tunnel(this, meter);
        tunnel = opened;
        opened.open(request.connection(), to.connection(), response.headers());
    }

    /// Its last bytes are about to go out, or one side has closed.
    void tunnelEnds() {
        if (!finished) {
            finish(upstreamStatus);
        }
    }

    /// Requests behind the connection's last response are not looked at.
    void beforeLastBytes(ResponseHead head) {
        if (head.closesAfterwards() && upload != null && upload.isEnded()) {
            RequestBody.endConnectionAfter(request);
        }
    }

    /// A response may be over before the request: what is left of the request is not wanted any more.
    void afterLastBytes(Future<Void> written, ResponseHead head) {
        if (upload != null && upload.isEnded()) {
            if (head.closesAfterwards()) {
                written.onComplete(done -> ClientStream.endEarly(request, true));
            }
            return;
        }
        resetUpstream();
        written.onComplete(done -> ClientStream.endEarly(request, head.closesAfterwards()));
    }

    /// The connection on which the request is broke.
    void broken(HttpClientRequest on, Throwable cause) {
        Attempt now = attempt;
        if (!finished && now != null && now.isOn(on)) {
            upstreamFailed(now, UpstreamFailure.broken(cause));
        }
    }

    private void upstreamFailed(Attempt failed, UpstreamFailure failure) {
        failed.failed(failure);
        boolean mayRetry = failure.mayRetry() && !retried && !failed.hasSent() && (upload == null || !upload.hasRead());
        if (mayRetry) {
            retried = true;
            loop.metrics().upstream().retried();
            attempt = null;
            upload = null;
            failed.reset();
            tryTarget(failed.use());
        } else {
            fail(failure.type(), failure.detail(), failure.cause());
        }
    }

    /// Called once in a while by the loop.
    void checkProgress(long nowNanos, long timeoutNanos) {
        if (upload != null) {
            upload.check(nowNanos);
        }
        long allowedNanos = tunnel == null
                ? timeoutNanos
                : loop.settings().upstreams().webSocketIdleTimeout().toNanos();
        if (nowNanos - lastProgressNanos > allowedNanos) {
            stalled();
        }
    }

    private void stalled() {
        boolean atClient = download == null ? upload != null && upload.waitsForClient() : download.waitsForClient();
        if (tunnel != null) {
            fail(ProblemType.UPSTREAM_TIMEOUT, "nothing happened on the WebSocket", null);
        } else if (atClient) {
            fail(ProblemType.REQUEST_TIMEOUT, "the client took too long", null);
        } else if (attempt != null && !attempt.isAnswered()) {
            upstreamFailed(attempt, upload == null ? UpstreamFailure.busy(null) : UpstreamFailure.silent());
        } else {
            fail(ProblemType.UPSTREAM_TIMEOUT, "the upstream did not answer in time", null);
        }
    }

    /// The gateway stops before the request is finished.
    void abandon() {
        fail(ProblemType.UNAVAILABLE, "the gateway stops", null);
    }

    /// A problem when the client has seen nothing yet; else its response is cut, so that it sees the break.
    void fail(ProblemType type, String detail, @Nullable Throwable cause) {
        if (finished) {
            return;
        }
        boolean headSent = response.headWritten() || tunnel != null;
        UUID id = finish(headSent ? upstreamStatus : type.status());
        String reason = cause == null ? detail : detail + ": " + cause;
        loop.refusalLog()
                .refused(
                        type.status(),
                        admitted.tenantId(),
                        reason,
                        admitted.target().path());
        resetUpstream();
        if (tunnel != null) {
            tunnel.cut();
        } else if (headSent) {
            ClientStream.cut(request);
        } else {
            response.headers().clear();
            admitted.writeRateLimit(loop.rateLimitFields());
            name(id);
            Answers.problem(
                    request,
                    ProblemResponse.of(type, detail),
                    admitted.target().path(),
                    loop.date(),
                    loop.isDraining());
        }
    }

    private void bodyBroken(Throwable cause) {
        fail(ProblemType.BAD_REQUEST, "the body is not well-formed HTTP", cause);
    }

    private void clientGone() {
        if (!finished) {
            finish(upstreamStatus == 0 ? CLIENT_GONE_STATUS : upstreamStatus);
            if (tunnel == null) {
                resetUpstream();
            }
        }
    }

    private void resetUpstream() {
        if (attempt != null) {
            attempt.reset();
        }
    }

    /// Appends the event, and names it in the head if that is still to come.
    void finishWithId() {
        UUID id = finish(upstreamStatus);
        if (!response.headWritten()) {
            name(id);
        }
    }

    /// Appends the event. Should that fail, the client must not see the response's end.
    private @Nullable UUID finish(int status) {
        finished = true;
        loop.ended(this);
        if (attempt != null) {
            attempt.end();
        }
        try {
            return meter.record(status);
        } catch (RuntimeException fault) {
            resetUpstream();
            ClientStream.cut(request);
            throw fault;
        }
    }

    /// The event's id in the response. While the event is yet to come, only the id's time may still change.
    void nameAhead() {
        name(meter.idAhead());
    }

    private void name(@Nullable UUID id) {
        if (id != null) {
            response.putHeader(MessageHeaders.REQUEST_ID, id.toString());
        }
    }

    boolean isFinished() {
        return finished;
    }

    void progress() {
        lastProgressNanos = loop.nanoTime();
    }
}
