package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;

/// An answer of the gateway's own: a problem and the fields that belong to it.
public record ProblemResponse(Problem problem, Map<String, String> headers) {

    private static final String RETRY_AFTER = "Retry-After";

    public static ProblemResponse of(ProblemType type, String detail) {
        return new ProblemResponse(Problem.of(type, detail), Map.of());
    }

    public static ProblemResponse unauthenticated(String detail) {
        return new ProblemResponse(
                Problem.of(ProblemType.UNAUTHENTICATED, detail),
                Map.of("WWW-Authenticate", "Bearer realm=\"tollgate\""));
    }

    public static ProblemResponse unavailable(String detail, Duration retryAfter) {
        return new ProblemResponse(Problem.of(ProblemType.UNAVAILABLE, detail), Map.of(RETRY_AFTER, retry(retryAfter)));
    }

    public static ProblemResponse methodNotAllowed(String method) {
        return of(ProblemType.METHOD_NOT_ALLOWED, "the gateway does not pass " + method + " on");
    }

    public static ProblemResponse expectationFailed() {
        return ofStatus(417, "Expectation Failed", "the only expectation that is understood is 100-continue");
    }

    public static ProblemResponse uriTooLong() {
        return ofStatus(414, "URI Too Long", "the request line is too long");
    }

    public static ProblemResponse notImplemented(String detail) {
        return ofStatus(501, "Not Implemented", detail);
    }

    public static ProblemResponse versionNotSupported() {
        return ofStatus(505, "HTTP Version Not Supported", "the gateway speaks HTTP/1.1 and HTTP/1.0");
    }

    /// A problem that says no more than its status does.
    private static ProblemResponse ofStatus(int status, String title, String detail) {
        return new ProblemResponse(new Problem("about:blank", title, status, detail, null, Map.of()), Map.of());
    }

    /// A spent quota, with the members that clients of the API know: `limit`, `current`, `resetsAt`.
    public static ProblemResponse quotaExceeded(QuotaDecision.Denied denied) {
        QuotaState state = denied.exhausted();
        Problem problem = Problem.of(
                        ProblemType.QUOTA_EXCEEDED,
                        "the limit of " + state.limit() + " " + state.window().quotaType() + " is reached")
                .with("quota", state.window().quotaType())
                .with("limit", state.limit())
                .with("current", state.current())
                .with("resetsAt", state.resetsAt().toString());
        Map<String, String> headers = new LinkedHashMap<>();
        headers.put(RETRY_AFTER, retry(denied.retryAfter()));
        RateLimitHeaders.forEach(state, headers::put);
        return new ProblemResponse(problem, headers);
    }

    public int status() {
        return problem.status();
    }

    private static String retry(Duration retryAfter) {
        return Long.toString(Math.max(1, RateLimitHeaders.seconds(retryAfter)));
    }
}
