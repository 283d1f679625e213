package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.schema.access.problem.ProblemType;
import io.netty.channel.ConnectTimeoutException;
import io.vertx.core.http.ConnectionPoolTooBusyException;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import java.util.List;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/// Why an upstream did not answer, and what the client is told.
///
/// @param outcome its label in metrics
/// @param isTargets whether it counts against the target's health
/// @param mayRetry whether another try may help, provided that nothing was sent
record UpstreamFailure(
        ProblemType type,
        String detail,
        @Nullable Throwable cause,
        String outcome,
        boolean isTargets,
        boolean mayRetry) {

    private static final int STATUS_MAX = 599;

    static UpstreamFailure connecting(Throwable cause) {
        return switch (cause) {
            case ConnectTimeoutException late ->
                new UpstreamFailure(
                        ProblemType.UPSTREAM_TIMEOUT,
                        "no connection to the upstream in time",
                        late,
                        "connect-timeout",
                        true,
                        true);
            case ConnectionPoolTooBusyException busy -> busy(busy);
            case TimeoutException busy -> busy(busy);
            default ->
                new UpstreamFailure(
                        ProblemType.UPSTREAM_UNREACHABLE,
                        "no connection to the upstream",
                        cause,
                        "unreachable",
                        true,
                        true);
        };
    }

    /// No connection becomes free.
    static UpstreamFailure busy(@Nullable Throwable cause) {
        return new UpstreamFailure(
                ProblemType.UNAVAILABLE, "all connections to the upstream are in use", cause, "busy", false, false);
    }

    /// The connection broke; a request can do that to a healthy target, so its health is not concerned.
    static UpstreamFailure broken(Throwable cause) {
        return new UpstreamFailure(
                ProblemType.UPSTREAM_UNREACHABLE, "the upstream failed", cause, "broken", false, true);
    }

    /// Whether a client of any version can be given the response: its status is one, and its body has no coding that
    /// ends here unread.
    static boolean isReadable(HttpClientResponse response) {
        List<String> codings = response.headers().getAll(HttpHeaders.TRANSFER_ENCODING);
        boolean known = codings.isEmpty()
                || (codings.size() == 1 && codings.getFirst().strip().equalsIgnoreCase("chunked"));
        return known && response.statusCode() <= STATUS_MAX;
    }

    static UpstreamFailure silent() {
        return new UpstreamFailure(
                ProblemType.UPSTREAM_TIMEOUT, "the upstream did not answer in time", null, "timeout", true, false);
    }
}
