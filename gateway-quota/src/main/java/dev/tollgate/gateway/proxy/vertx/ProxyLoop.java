package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.gateway.journal.RequestRecorder;
import dev.tollgate.gateway.proxy.Credentials;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.ProxySettings.JournalFullPolicy;
import dev.tollgate.gateway.proxy.RequestTarget;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.schema.access.problem.ProblemType;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import java.time.Duration;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/// What one event loop does with requests before they are passed on: understands them, finds tenant and route, sets
/// room aside in the journal, asks the gate. Belongs to its event loop; only `drain` and `active` may be used by
/// others.
final class ProxyLoop {

    private static final Duration RETRY_SOON = Duration.ofSeconds(1);
    private static final String UNKNOWN_TENANT = "-";

    private final ProxyParts parts;
    private final RequestRecorder recorder;
    private final UpstreamClient client;
    private final Executor eventLoop;
    private final RefusalLog refusals;
    private final HttpDate date;
    private final String dbQueryCountName;
    private final Set<Exchange> exchanges = new LinkedHashSet<>();
    private int waiting;
    private volatile boolean draining;

    ProxyLoop(ProxyParts parts, RequestRecorder recorder, UpstreamClient client, Executor eventLoop) {
        this.parts = parts;
        this.recorder = recorder;
        this.client = client;
        this.eventLoop = eventLoop;
        this.refusals = new RefusalLog(parts.nanoTime());
        this.date = new HttpDate(parts.epochMs());
        this.dbQueryCountName = parts.settings().dbQueryCountHeader().toLowerCase(Locale.ROOT);
    }

    /// What is known of a request while it is being checked.
    private record Candidate(
            HttpServerRequest request,
            RequestTarget.Origin target,
            Credentials credentials,
            Tenant tenant,
            Route route,
            long startedNanos) {}

    void handle(HttpServerRequest request) {
        long startedNanos = nanoTime();
        request.pause();
        Optional<ProblemResponse> fault = RequestFaults.of(request, settings().bodyBytesMax());
        if (fault.isPresent()) {
            refuse(request, UNKNOWN_TENANT, fault.get(), request.uri());
            return;
        }
        switch (RequestTarget.parse(request.uri())) {
            case RequestTarget.Refused(String reason) ->
                refuse(request, UNKNOWN_TENANT, ProblemResponse.of(ProblemType.BAD_REQUEST, reason), request.uri());
            case RequestTarget.Origin target -> identify(request, target, startedNanos);
        }
    }

    private void identify(HttpServerRequest request, RequestTarget.Origin target, long startedNanos) {
        Optional<Credentials> credentials = Credentials.of(
                request.headers().getAll(Credentials.API_KEY_HEADER),
                request.headers().getAll(HttpHeaders.AUTHORIZATION));
        if (credentials.isEmpty()) {
            refuse(
                    request,
                    UNKNOWN_TENANT,
                    ProblemResponse.unauthenticated("an API key in Authorization: Bearer or X-Api-Key is needed"),
                    target.path());
            return;
        }
        switch (parts.tenants().find(credentials.get().key())) {
            case TenantLookup.Unknown(String reason) ->
                refuse(
                        request,
                        UNKNOWN_TENANT,
                        ProblemResponse.unauthenticated("the API key is not valid"),
                        target.path(),
                        reason);
            case TenantLookup.Suspended(String tenantId) ->
                refuse(
                        request,
                        tenantId,
                        ProblemResponse.of(ProblemType.FORBIDDEN, "the tenant is suspended"),
                        target.path());
            case TenantLookup.Found(Tenant tenant, String keyId) ->
                route(request, target, credentials.get(), tenant, startedNanos);
        }
    }

    private void route(
            HttpServerRequest request,
            RequestTarget.Origin target,
            Credentials credentials,
            Tenant tenant,
            long startedNanos) {
        Optional<Route> route = parts.routes().find(target.path());
        if (route.isEmpty()) {
            refuse(
                    request,
                    tenant.tenantId(),
                    ProblemResponse.of(ProblemType.NOT_FOUND, "no route covers this path"),
                    target.path());
            return;
        }
        reserve(new Candidate(request, target, credentials, tenant, route.get(), startedNanos));
    }

    private void reserve(Candidate candidate) {
        if (exchanges.size() + waiting >= settings().requestsMax()) {
            refuse(candidate, ProblemResponse.unavailable("too many requests are in progress", RETRY_SOON));
            return;
        }
        Optional<RecordSlot> slot = recorder.reserve(
                candidate.tenant().tenantId(),
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
                        candidate.route().costUnits(),
                        eventLoop,
                        decision -> decided(candidate, slot.orElse(null), decision));
    }

    private void decided(Candidate candidate, @Nullable RecordSlot slot, QuotaDecision decision) {
        waiting--;
        switch (decision) {
            case QuotaDecision.Admitted(var admission, var closest) ->
                new Exchange(
                                this,
                                new AdmittedRequest(
                                        candidate.request(),
                                        candidate.tenant().tenantId(),
                                        candidate.route(),
                                        candidate.target(),
                                        candidate.credentials(),
                                        admission,
                                        closest,
                                        slot,
                                        candidate.startedNanos()))
                        .begin();
            case QuotaDecision.Denied denied -> {
                release(slot);
                parts.violations()
                        .record(
                                candidate.tenant().tenantId(),
                                denied.exhausted(),
                                candidate.route().name(),
                                candidate.target().path());
                refuse(candidate, ProblemResponse.quotaExceeded(denied));
            }
            case QuotaDecision.Unavailable(String reason, Duration retryAfter) -> {
                release(slot);
                refuse(candidate, ProblemResponse.unavailable(reason, retryAfter));
            }
        }
    }

    private void release(@Nullable RecordSlot slot) {
        if (slot != null) {
            recorder.release(slot);
        }
    }

    private void refuse(Candidate candidate, ProblemResponse answer) {
        refuse(
                candidate.request(),
                candidate.tenant().tenantId(),
                answer,
                candidate.target().path());
    }

    private void refuse(HttpServerRequest request, String tenant, ProblemResponse answer, String path) {
        String detail = answer.problem().detail();
        refuse(request, tenant, answer, path, detail == null ? answer.problem().title() : detail);
    }

    private void refuse(HttpServerRequest request, String tenant, ProblemResponse answer, String path, String reason) {
        refusals.refused(answer.status(), tenant, reason, path);
        parts.metrics().refused(answer.status());
        Answers.problem(request, answer, path, date());
    }

    /// A request that could not be read.
    void handleMalformed(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ProblemResponse answer = Answers.malformedReason(cause);
        refusals.refused(answer.status(), UNKNOWN_TENANT, String.valueOf(cause.getMessage()), "-");
        parts.metrics().refused(answer.status());
        Answers.malformed(request, answer, date());
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

    RefusalLog refusals() {
        return refusals;
    }

    String dbQueryCountName() {
        return dbQueryCountName;
    }

    long nanoTime() {
        return parts.nanoTime().getAsLong();
    }
}
