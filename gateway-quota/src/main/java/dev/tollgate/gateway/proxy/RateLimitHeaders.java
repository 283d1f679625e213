package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.util.StringJoiner;

/// The values of the fields that tell a client how its quota stands: `RateLimit-Policy` and `RateLimit` of
/// draft-ietf-httpapi-ratelimit-headers-11. Both are lists of structured fields (RFC 9651) whose items are names of
/// quotas. The quota unit is the draft's default, requests; there are no partition keys, since a key has one tenant.
public final class RateLimitHeaders {

    /// The largest integer of a structured field (RFC 9651, section 3.3.1).
    static final long INTEGER_MAX = 999_999_999_999_999L;

    private RateLimitHeaders() {}

    /// Whether the state is of a quota that has a limit; there is nothing to tell of others.
    public static boolean isLimited(QuotaState state) {
        return state.limit() < QuotaPolicy.UNLIMITED;
    }

    /// Value of `RateLimit-Policy`: every limited window. Empty when there is none; then the field must be left out.
    public static String policies(QuotaPolicy own) {
        StringJoiner items = new StringJoiner(",");
        addItems("", own, items);
        return items.toString();
    }

    /// The same with the limits of a route policy behind the tenant's own.
    public static String policies(QuotaPolicy own, String name, QuotaPolicy ofRoute) {
        StringJoiner items = new StringJoiner(",");
        addItems("", own, items);
        addItems(name, ofRoute, items);
        return items.toString();
    }

    private static void addItems(String name, QuotaPolicy policy, StringJoiner items) {
        for (QuotaWindow window : QuotaWindow.values()) {
            long limit = limit(policy, window);
            if (limit < QuotaPolicy.UNLIMITED) {
                items.add('"' + window.quotaOf(name) + "\";q=" + Math.min(limit, INTEGER_MAX) + ";w="
                        + window.nominalLength().toSeconds());
            }
        }
    }

    private static long limit(QuotaPolicy policy, QuotaWindow window) {
        return switch (window) {
            case MINUTE -> policy.requestsPerMinute();
            case HOUR -> policy.requestsPerHour();
            case DAY -> policy.requestsPerDay();
            case MONTH -> policy.requestsPerMonth();
        };
    }

    /// Value of `RateLimit`: what is left of a quota.
    ///
    /// @param effectiveSeconds the time within which no more than that can be used
    public static String limit(QuotaState state, long effectiveSeconds) {
        return new StringBuilder(state.quota().length() + 24)
                .append('"')
                .append(state.quota())
                .append("\";r=")
                .append(Math.min(state.remaining(), INTEGER_MAX))
                .append(";t=")
                .append(effectiveSeconds)
                .toString();
    }

    /// Whole seconds that are never too few.
    public static long seconds(Duration duration) {
        if (duration.isNegative()) {
            return 0;
        }
        return duration.getNano() == 0 ? duration.getSeconds() : duration.getSeconds() + 1;
    }

    /// Value of `Retry-After`: whole seconds that are never too few, and never 0.
    public static long retrySeconds(Duration duration) {
        return Math.max(1, seconds(duration));
    }
}
