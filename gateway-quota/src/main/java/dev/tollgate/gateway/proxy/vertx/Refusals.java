package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.Refused;
import io.vertx.core.http.HttpServerRequest;
import java.util.function.BooleanSupplier;

/// Answers requests that are not passed on, and takes note of them in log and metrics. One event loop owns an instance.
final class Refusals {

    /// Stands for the tenant of a request whose tenant is not known.
    static final String UNKNOWN_TENANT = Refused.UNKNOWN_TENANT;

    private final RefusalLog log;
    private final ProxyMetrics metrics;
    private final HttpDate date;
    private final BooleanSupplier draining;

    Refusals(RefusalLog log, ProxyMetrics metrics, HttpDate date, BooleanSupplier draining) {
        this.log = log;
        this.metrics = metrics;
        this.date = date;
        this.draining = draining;
    }

    /// Of a tenant that is not known.
    void refuse(HttpServerRequest request, ProblemResponse answer, String path) {
        refuse(request, UNKNOWN_TENANT, answer, path, answer.reason());
    }

    /// @param reason for the log, where it differs from what the client is told
    void refuse(HttpServerRequest request, String tenant, ProblemResponse answer, String path, String reason) {
        log.refused(answer.status(), tenant, reason, path);
        metrics.refused(answer.status());
        Answers.problem(request, answer, path, date.now(), draining.getAsBoolean());
    }

    /// A request that could not be read.
    void malformed(HttpServerRequest request) {
        Throwable cause = request.decoderResult().cause();
        ProblemResponse answer = Answers.malformedReason(cause);
        log.refused(answer.status(), UNKNOWN_TENANT, String.valueOf(cause.getMessage()), "-");
        metrics.refused(answer.status());
        Answers.malformed(request, answer, date.now());
    }
}
