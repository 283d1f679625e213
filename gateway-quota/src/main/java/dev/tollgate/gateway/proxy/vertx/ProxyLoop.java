package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.proxy.Applicant;
import dev.tollgate.gateway.proxy.CallerLookup;
import dev.tollgate.gateway.proxy.Checkpoint;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.gateway.proxy.RequestTarget;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.TargetChoice;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What one event loop does with requests before they are passed on: understands them and takes them through the
/// checkpoint. Belongs to its event loop; others may only call `drain`.
final class ProxyLoop {

    private final ProxyParts parts;
    private final Checkpoint checkpoint;
    private final RateLimitFields rateLimitFields;
    private final RequestRecorder recorder;
    private final UpstreamClient client;
    private final TargetChoice targets;
    private final Executor eventLoop;
    private final RefusalLog refusalLog;
    private final Refusals refusals;
    private final HttpDate date;
    private final MessageHeaders messageHeaders;
    private final Set<Exchange> exchanges = new LinkedHashSet<>();
    private volatile boolean draining;

    ProxyLoop(ProxyParts parts, RequestRecorder recorder, UpstreamClient client, Executor eventLoop) {
        this.parts = parts;
        this.checkpoint = new Checkpoint(parts.checkpoint(), recorder, eventLoop, exchanges::size);
        this.rateLimitFields = new RateLimitFields(parts.settings().xRateLimit());
        this.recorder = recorder;
        this.client = client;
        this.targets = new TargetChoice(parts.settings().upstreams());
        this.eventLoop = eventLoop;
        this.refusalLog = new RefusalLog(parts.nanoTime());
        this.date = new HttpDate(parts.epochMs());
        this.refusals = new Refusals(refusalLog, parts.metrics(), date, () -> draining);
        this.messageHeaders = MessageHeaders.of(parts.settings());
    }

    /// A request while it is being checked, and what becomes of it.
    private final class Candidate implements Applicant {

        private final HttpServerRequest request;
        private final RequestTarget.Origin target;
        private final long startedNanos;

        Candidate(HttpServerRequest request, RequestTarget.Origin target, long startedNanos) {
            this.request = request;
            this.target = target;
            this.startedNanos = startedNanos;
        }

        @Override
        public String method() {
            return request.method().name();
        }

        @Override
        public String path() {
            return target.path();
        }

        @Override
        public void admitted(CallerLookup.Known caller, Route route, Admission admission, @Nullable RecordSlot slot) {
            new Exchange(
                            ProxyLoop.this,
                            new AdmittedRequest(
                                    request,
                                    caller.tenant(),
                                    caller.userId(),
                                    route,
                                    target,
                                    caller.credentials(),
                                    admission,
                                    slot,
                                    startedNanos))
                    .begin();
        }

        @Override
        public void refused(Refused refused) {
            Refused.Spent spent = refused.spent();
            if (spent != null) {
                rateLimitFields.write(
                        spent.tenant(),
                        spent.routePolicy(),
                        spent.state(),
                        spent.retrySeconds(),
                        request.response().headers());
            }
            refusals.refuse(request, refused.tenantId(), refused.answer(), target.path(), refused.reason());
        }
    }

    void handle(HttpServerRequest request) {
        long startedNanos = nanoTime();
        request.pause();
        if (RequestBody.isIgnored(request)) {
            return;
        }
        StrictRequestDecoder.holdUntilAnswered(request);
        Optional<ProblemResponse> fault = RequestFaults.of(request, settings().bodyBytesMax());
        if (fault.isPresent()) {
            refusals.refuse(request, fault.get(), request.uri());
            return;
        }
        switch (RequestTarget.parse(request.uri())) {
            case RequestTarget.Refused(String reason) ->
                refusals.refuse(request, ProblemResponse.of(ProblemType.BAD_REQUEST, reason), request.uri());
            case RequestTarget.Origin target -> identify(request, target, startedNanos);
        }
    }

    private void identify(HttpServerRequest request, RequestTarget.Origin target, long startedNanos) {
        Optional<Credentials> credentials = Credentials.of(
                request.headers().getAll(Credentials.API_KEY_HEADER),
                request.headers().getAll(HttpHeaders.AUTHORIZATION));
        if (credentials.isEmpty()) {
            refusals.refuse(
                    request,
                    ProblemResponse.unauthenticated("an API key in Authorization: Bearer or X-Api-Key is needed"),
                    target.path());
            return;
        }
        checkpoint.decide(new Candidate(request, target, startedNanos), credentials.get());
    }

    void begun(Exchange exchange) {
        exchanges.add(exchange);
    }

    void ended(Exchange exchange) {
        exchanges.remove(exchange);
    }

    void checkProgress() {
        long now = nanoTime();
        long timeoutNanos = settings().upstreamTimeout().toNanos();
        List.copyOf(exchanges).forEach(exchange -> exchange.checkProgress(now, timeoutNanos));
    }

    /// Requests that are not finished. On the event loop.
    int inProgress() {
        return exchanges.size() + checkpoint.waiting();
    }

    void drain() {
        draining = true;
    }

    /// Cuts what is still in progress; each request leaves its event.
    void abandonAll() {
        List.copyOf(exchanges).forEach(Exchange::abandon);
    }

    boolean isDraining() {
        return draining;
    }

    ProxySettings settings() {
        return parts.settings();
    }

    RequestRecorder recorder() {
        return recorder;
    }

    Checkpoint checkpoint() {
        return checkpoint;
    }

    TargetChoice targets() {
        return targets;
    }

    UpstreamClient client() {
        return client;
    }

    ProxyMetrics metrics() {
        return parts.metrics();
    }

    /// Runs it soon, on the event loop.
    void later(Runnable task) {
        eventLoop.execute(task);
    }

    /// The Date field's value.
    String date() {
        return date.now();
    }

    RefusalLog refusalLog() {
        return refusalLog;
    }

    /// A request that could not be read.
    void handleMalformed(HttpServerRequest request) {
        refusals.malformed(request);
    }

    QuotaGate gate() {
        return parts.gate();
    }

    RateLimitFields rateLimitFields() {
        return rateLimitFields;
    }

    MessageHeaders messageHeaders() {
        return messageHeaders;
    }

    long nanoTime() {
        return parts.nanoTime().getAsLong();
    }
}
