package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.handler.codec.http.TooLongHttpLineException;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.Set;

/// Writes the gateway's own answers.
final class Answers {

    /// A refused request's body is read to its end up to this size, so that the connection can be used again; with a
    /// longer one, or one of unknown length, the connection is closed.
    static final long DISCARDED_BODY_BYTES_MAX = 64 * 1_024;

    /// After one of these the next request on the connection might begin anywhere, or never.
    private static final Set<Integer> MALFORMED_STATUSES = Set.of(400, 408, 501);

    private Answers() {}

    /// Answers a request that is not passed on, and lets go of its body.
    ///
    /// @param date the value of the Date field
    /// @param draining whether the gateway is about to stop, so that the client should go elsewhere
    static void problem(HttpServerRequest request, ProblemResponse answer, String path, String date, boolean draining) {
        HttpServerResponse response = request.response();
        if (response.headWritten() || response.closed()) {
            return;
        }
        boolean reusable = !draining
                && !MALFORMED_STATUSES.contains(answer.status())
                && !request.method().equals(HttpMethod.CONNECT)
                && (request.isEnded() || !hasBody(request) || isSmallBody(request));
        byte[] body = answer.problem().at(path).toJson();
        response.setStatusCode(answer.status());
        response.setStatusMessage(HttpResponseStatus.valueOf(answer.status()).reasonPhrase());
        response.putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE);
        response.putHeader(HttpHeaders.CONTENT_LENGTH, Integer.toString(body.length));
        response.putHeader(HttpHeaders.CACHE_CONTROL, "no-store");
        response.putHeader(HttpHeaders.DATE, date);
        answer.headers().forEach(response::putHeader);
        if (!reusable) {
            ClientStream.announceEnd(request);
            RequestBody.endConnectionAfter(request);
        }
        discardBody(request);
        var written = request.method().equals(HttpMethod.HEAD) ? response.end() : response.end(Buffer.buffer(body));
        if (!reusable) {
            written.onComplete(done -> ClientStream.endEarly(request, true));
        }
    }

    /// Answers what is not a request at all, and closes the connection.
    static void malformed(HttpServerRequest request, ProblemResponse answer, String date) {
        HttpServerResponse response = request.response();
        byte[] body = answer.problem().toJson();
        response.setStatusCode(answer.status())
                .putHeader(HttpHeaders.CONTENT_TYPE, Problem.CONTENT_TYPE)
                .putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE)
                .putHeader(HttpHeaders.DATE, date)
                .end(Buffer.buffer(body))
                .onComplete(done -> request.connection().close());
    }

    static ProblemResponse malformedReason(Throwable cause) {
        return switch (cause) {
            case TooLongHttpLineException tooLong -> ProblemResponse.uriTooLong();
            case StrictRequestDecoder.UnsupportedVersionException version -> ProblemResponse.versionNotSupported();
            case TooLongHttpHeaderException tooLong ->
                ProblemResponse.of(ProblemType.HEADERS_TOO_LARGE, "the header fields are too large");
            default -> ProblemResponse.of(ProblemType.BAD_REQUEST, "the request is not well-formed HTTP");
        };
    }

    /// Reads what is left of the body and drops it.
    static void discardBody(HttpServerRequest request) {
        if (!request.isEnded()) {
            request.handler(discarded -> {});
            request.resume();
        }
    }

    static boolean hasBody(HttpServerRequest request) {
        return request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                || request.headers().contains(HttpHeaders.CONTENT_LENGTH);
    }

    private static boolean isSmallBody(HttpServerRequest request) {
        return !request.headers().contains(HttpHeaders.EXPECT)
                && !request.headers().contains(HttpHeaders.TRANSFER_ENCODING)
                && contentLength(request.getHeader(HttpHeaders.CONTENT_LENGTH)) <= DISCARDED_BODY_BYTES_MAX;
    }

    /// The number, or `Long.MAX_VALUE` when it is too large for one. The decoder has checked its form.
    static long contentLength(String digits) {
        try {
            return Long.parseLong(digits.strip());
        } catch (NumberFormatException tooLarge) {
            return Long.MAX_VALUE;
        }
    }
}
