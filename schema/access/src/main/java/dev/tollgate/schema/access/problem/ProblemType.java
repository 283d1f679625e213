package dev.tollgate.schema.access.problem;

/// The kinds of errors that Tollgate answers over HTTP. A type's address, once published, keeps its meaning.
public enum ProblemType {
    BAD_REQUEST("bad-request", "The request is malformed", 400),
    INVALID_FIELD("invalid-field", "A field has a value that is not allowed", 400),
    INVALID_CURSOR("invalid-cursor", "The cursor is not one that this service gave", 400),
    UNAUTHENTICATED("unauthenticated", "No valid credentials", 401),
    FORBIDDEN("forbidden", "Not allowed with these credentials", 403),
    FEATURE_NOT_IN_PLAN("feature-not-in-plan", "The tenant's plan does not include this", 403),
    NOT_FOUND("not-found", "No such resource", 404),
    METHOD_NOT_ALLOWED("method-not-allowed", "The resource does not support this method", 405),
    REQUEST_TIMEOUT("request-timeout", "The request took too long to arrive", 408),
    CONFLICT("conflict", "The resource's state does not allow this", 409),
    EVENT_NOT_STORED("event-not-stored", "The event is not stored yet", 409),
    INVALID_EVENT("invalid-event", "The event has a field that is not allowed", 422),
    QUERY_TOO_LARGE("query-too-large", "The query reads too much", 422),
    RAW_ARCHIVED("raw-archived", "The raw events are archived", 422),
    PERIOD_OPEN("period-open", "The period has not ended", 422),
    BODY_TOO_LARGE("body-too-large", "The request's body is too large", 413),
    UNSUPPORTED_MEDIA_TYPE("unsupported-media-type", "The body's media type is not supported", 415),
    IDEMPOTENCY_KEY_REUSED("idempotency-key-reused", "The idempotency key belongs to another request", 422),
    HEADERS_TOO_LARGE("headers-too-large", "The request's headers are too large", 431),
    TOO_MANY_REQUESTS("too-many-requests", "Too many requests at a time", 429),
    QUOTA_EXCEEDED("quota-exceeded", "A quota is spent", 429),
    INTERNAL_ERROR("internal-error", "The service failed", 500),
    UPSTREAM_UNREACHABLE("upstream-unreachable", "The upstream cannot be reached", 502),
    UNAVAILABLE("unavailable", "The service cannot answer now", 503),
    UPSTREAM_TIMEOUT("upstream-timeout", "The upstream did not answer in time", 504);

    private static final String BASE = "https://tollgate.dev/problems/";

    /// The registered type of draft-ietf-httpapi-ratelimit-headers.
    private static final String QUOTA_EXCEEDED_URI = "https://iana.org/assignments/http-problem-types#quota-exceeded";

    private final String slug;
    private final String title;
    private final int status;

    ProblemType(String slug, String title, int status) {
        this.slug = slug;
        this.title = title;
        this.status = status;
    }

    public String uri() {
        return this == QUOTA_EXCEEDED ? QUOTA_EXCEEDED_URI : BASE + slug;
    }

    public String title() {
        return title;
    }

    /// The HTTP status that goes with it.
    public int status() {
        return status;
    }
}
