package dev.tollgate.gateway.proxy;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.admission.QuotaWindow;
import java.time.Duration;
import java.util.function.BiConsumer;

/// The fields that tell a client how its quota stands: `RateLimit` and `RateLimit-Policy` of
/// draft-ietf-httpapi-ratelimit-headers-11, and the older `X-RateLimit-*`.
public final class RateLimitHeaders {

    private RateLimitHeaders() {}

    /// Gives every field, name and value, to `header`.
    public static void forEach(QuotaState state, BiConsumer<String, String> header) {
        String name = '"' + state.window().quotaType() + '"';
        header.accept("RateLimit-Policy", name + ";q=" + state.limit() + windowOf(state.window()));
        header.accept("RateLimit", name + ";r=" + state.remaining() + ";t=" + seconds(state.resetsIn()));
        header.accept("X-RateLimit-Limit", Long.toString(state.limit()));
        header.accept("X-RateLimit-Remaining", Long.toString(state.remaining()));
        header.accept("X-RateLimit-Reset", Long.toString(state.resetsAt().getEpochSecond()));
    }

    /// Whole seconds that are never too few.
    public static long seconds(Duration duration) {
        return duration.isNegative() ? 0 : duration.plusNanos(999_999_999).toSeconds();
    }

    private static String windowOf(QuotaWindow window) {
        return ";w=" + window.nominalLength().toSeconds();
    }
}
