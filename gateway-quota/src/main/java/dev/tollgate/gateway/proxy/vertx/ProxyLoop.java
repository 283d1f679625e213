package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.proxy.CallerLookup;
import dev.tollgate.gateway.proxy.Callers;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.ProxySettings.JournalFullPolicy;
import dev.tollgate.gateway.proxy.RateLimitHeaders;
import dev.tollgate.gateway.proxy.RequestTarget;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.TargetChoice;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What one event loop does with requests before they are passed on: understands them, finds tenant and route, sets
/// room aside in the journal, asks the gate. Belongs to its event loop; others may only call `drain`.
final class ProxyLoop {

    private static final Duration RETRY_SOON = Duration.ofSeconds(1);

    private final ProxyParts parts;
    private final Callers callers;
    private final PlanGuard plans;
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
    private int waiting;
    private volatile boolean draining;

    ProxyLoop(ProxyParts parts, RequestRecorder recorder, UpstreamClient client, Executor eventLoop) {
        this.parts = parts;
        this.callers = new Callers(parts.tenants(), parts.tokens());
        this.rateLimitFields = new RateLimitFields(parts.settings().xRateLimit());
        this.recorder = recorder;
        this.client = client;
        this.targets = new TargetChoice(parts.settings().upstreams());
        this.eventLoop = eventLoop;
        this.plans = new PlanGuard(parts.storage(), parts.violations());
        this.refusalLog = new RefusalLog(parts.nanoTime());
        this.date = new HttpDate(parts.epochMs());
        this.refusals = new Refusals(refusalLog, parts.metrics(), date);
        this.messageHeaders = MessageHeaders.of(parts.settings());
    }

    /// What is known of a request while it is being checked.
    private record Candidate(
            HttpServerRequest request,
            RequestTarget.Origin target,
            CallerLookup.Known caller,
            Route route,
            long startedNanos) {

        Tenant tenant() {
            return caller.tenant();
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
        waiting++;
        callers.find(credentials.get(), eventLoop, caller -> {
            waiting--;
            switch (caller) {
                case CallerLookup.Refused(String tenant, ProblemResponse answer, String reason) ->
                    refusals.refuse(request, tenant, answer, target.path(), reason);
                case CallerLookup.Known known -> route(request, target, known, startedNanos);
            }
        });
    }

    private void route(
            HttpServerRequest request, RequestTarget.Origin target, CallerLookup.Known caller, long startedNanos) {
        Tenant tenant = caller.tenant();
        Optional<Route> route = parts.routes().find(target.path());
        if (route.isEmpty()) {
            refusals.refuse(
                    request,
                    tenant.tenantId(),
                    ProblemResponse.of(ProblemType.NOT_FOUND, "no route covers this path"),
                    target.path());
            return;
        }
        Candidate candidate = new Candidate(request, target, caller, route.get(), startedNanos);
        Optional<ProblemResponse> notInPlan = plans.refusal(tenant, route.get(), request.method(), target.path());
        if (notInPlan.isPresent()) {
            refuse(candidate, notInPlan.get());
            return;
        }
        reserve(candidate);
    }

    private void reserve(Candidate candidate) {
        if (exchanges.size() + waiting >= settings().requestsMax()) {
            refuse(candidate, ProblemResponse.unavailable("too many requests are in progress", RETRY_SOON));
            return;
        }
        Optional<RecordSlot> slot = recorder.reserve(
                candidate.tenant().tenantId(),
                candidate.caller().userId(),
                candidate.request().method().name(),
                candidate.target().path(),
                candidate.route().name());
        if (slot.isEmpty() && settings().journalFull() == JournalFullPolicy.REFUSE) {
            refuse(candidate, ProblemResponse.unavailable("the journal of events is full", RETRY_SOON));
            return;
        }
        waiting++;
        parts.gate()
                .admit(
                        candidate.tenant(),
                        candidate.route().quotaPolicy(),
                        candidate.route().costUnits(),
                        eventLoop,
                        decision -> decided(candidate, slot.orElse(null), decision));
    }

    private void decided(Candidate candidate, @Nullable RecordSlot slot, QuotaDecision decision) {
        waiting--;
        switch (decision) {
            case QuotaDecision.Admitted(var admission) -> {
                QuotaState watched = admission.watched();
                if (watched != null) {
                    violated(candidate, watched);
                }
                new Exchange(
                                this,
                                new AdmittedRequest(
                                        candidate.request(),
                                        candidate.tenant(),
                                        candidate.caller().userId(),
                                        candidate.route(),
                                        candidate.target(),
                                        candidate.caller().credentials(),
                                        admission,
                                        slot,
                                        candidate.startedNanos()))
                        .begin();
            }
            case QuotaDecision.Denied denied -> {
                release(slot);
                violated(candidate, denied.exhausted());
                rateLimitFields.write(
                        candidate.tenant(),
                        candidate.route().quotaPolicy(),
                        denied.exhausted(),
                        RateLimitHeaders.retrySeconds(denied.retryAfter()),
                        candidate.request().response().headers());
                refuse(
                        candidate,
                        candidate.route().costUnits()
                                        > candidate
                                                .tenant()
                                                .lowestLimit(candidate.route().quotaPolicy())
                                ? ProblemResponse.costExceedsLimit(
                                        denied, candidate.route().costUnits())
                                : ProblemResponse.quotaExceeded(denied));
            }
            case QuotaDecision.Unavailable(String reason, Duration retryAfter) -> {
                release(slot);
                refuse(candidate, ProblemResponse.unavailable(reason, retryAfter));
            }
        }
    }

    private void violated(Candidate candidate, QuotaState spent) {
        parts.violations()
                .record(
                        candidate.tenant().tenantId(),
                        spent.quota(),
                        spent.limit(),
                        spent.current(),
                        candidate.route().name(),
                        candidate.target().path());
    }

    private void release(@Nullable RecordSlot slot) {
        if (slot != null) {
            recorder.release(slot);
        }
    }

    private void refuse(Candidate candidate, ProblemResponse answer) {
        refusals.refuse(
                candidate.request(),
                candidate.tenant().tenantId(),
                answer,
                candidate.target().path());
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
        return exchanges.size() + waiting;
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

    UpstreamClient client() {
        return client;
    }

    TargetChoice targets() {
        return targets;
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
