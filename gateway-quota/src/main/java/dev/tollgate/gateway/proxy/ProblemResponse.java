package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An answer of the gateway's own: a problem and the fields that belong to it.
public record ProblemResponse(Problem problem, Map<String, String> headers) {

    /// The quota of stored data; see [#storageFull].
    public static final String STORAGE_QUOTA = "db_storage_mb";

    private static final String RETRY_AFTER = "Retry-After";

    public static ProblemResponse of(ProblemType type, String detail) {
        return new ProblemResponse(Problem.of(type, detail), Map.of());
    }

    public static ProblemResponse unauthenticated(String detail) {
        return new ProblemResponse(
                Problem.of(ProblemType.UNAUTHENTICATED, detail),
                Map.of("WWW-Authenticate", "Bearer realm=\"tollgate\""));
    }

    /// A token that is not good (RFC 6750, section 3).
    ///
    /// @param description without quotes, backslashes and what is not ASCII
    public static ProblemResponse invalidToken(String description) {
        return new ProblemResponse(
                Problem.of(ProblemType.UNAUTHENTICATED, description),
                Map.of(
                        "WWW-Authenticate",
                        "Bearer realm=\"tollgate\", error=\"invalid_token\", error_description=\"" + description
                                + "\""));
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

    /// A feature that the tenant does not have.
    public static ProblemResponse featureMissing(String feature) {
        Problem problem = Problem.of(ProblemType.FEATURE_NOT_IN_PLAN, "the tenant's plan does not include " + feature)
                .with("feature", feature);
        return new ProblemResponse(problem, Map.of());
    }

    /// A spent quota, with the members that clients of the API know, `limit`, `current`, `resetsAt`, and the draft's
    /// `violated-policies`.
    public static ProblemResponse quotaExceeded(QuotaDecision.Denied denied) {
        QuotaState state = denied.exhausted();
        return new ProblemResponse(
                quotaProblem(state, "the limit of " + state.limit() + " " + state.quota() + " is reached"),
                Map.of(RETRY_AFTER, retry(denied.retryAfter())));
    }

    /// A quota that has not room for the request even when nothing of it is used: no waiting helps, and none is
    /// advised.
    public static ProblemResponse costExceedsLimit(QuotaDecision.Denied denied, long cost) {
        return new ProblemResponse(
                quotaProblem(denied.exhausted(), "the request costs " + cost + ", more than a limit of its quotas"),
                Map.of());
    }

    private static Problem quotaProblem(QuotaState state, String detail) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("quota", state.quota());
        members.put("limit", state.limit());
        members.put("current", state.current());
        members.put("resetsAt", state.resetsAt().toString());
        members.put("violated-policies", List.of(state.quota()));
        return new Problem(
                ProblemType.QUOTA_EXCEEDED.uri(),
                ProblemType.QUOTA_EXCEEDED.title(),
                ProblemType.QUOTA_EXCEEDED.status(),
                detail,
                null,
                members);
    }

    /// The tenant's stored data have reached their limit: what would add to them is refused until some is deleted.
    ///
    /// @param storedBytes what the tenant stores
    public static ProblemResponse storageFull(long limitMb, long storedBytes) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("quota", STORAGE_QUOTA);
        members.put("limit", limitMb);
        members.put("current", Math.ceilDiv(storedBytes, StorageState.MB_BYTES));
        members.put("violated-policies", List.of(STORAGE_QUOTA));
        return new ProblemResponse(
                new Problem(
                        ProblemType.QUOTA_EXCEEDED.uri(),
                        ProblemType.QUOTA_EXCEEDED.title(),
                        507,
                        "the limit of " + limitMb + " " + STORAGE_QUOTA + " is reached",
                        null,
                        members),
                Map.of());
    }

    public int status() {
        return problem.status();
    }

    /// What it says, in a few words.
    public String reason() {
        String detail = problem.detail();
        return detail == null ? problem.title() : detail;
    }

    private static String retry(Duration retryAfter) {
        return Long.toString(RateLimitHeaders.retrySeconds(retryAfter));
    }
}
