package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.HopByHopHeaders;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;

/// How a response is framed for the client, and its head.
///
/// @param bodyBytes length of the body; 0 when there is none, whatever the length field says; -1 while unknown
/// @param closesAfterwards whether the client's connection ends with this response
record ResponseHead(long bodyBytes, boolean closesAfterwards) {

    static final long UNKNOWN = -1;

    /// Prepares the client's response from the upstream's; nothing is sent.
    static ResponseHead prepare(AdmittedRequest admitted, HttpClientResponse from, ProxyLoop loop) {
        HttpServerRequest request = admitted.request();
        HttpServerResponse response = request.response();
        response.setStatusCode(from.statusCode());
        if (from.statusMessage() != null) {
            response.setStatusMessage(from.statusMessage());
        }
        loop.messageHeaders().copyResponse(from.headers(), response.headers());
        if (!response.headers().contains(HttpHeaders.DATE)) {
            response.putHeader(HttpHeaders.DATE, loop.date());
        }
        admitted.writeRateLimit(loop.rateLimitFields());
        long bodyBytes = bodyBytes(request, from);
        boolean endsWithConnection = bodyBytes == UNKNOWN && request.version() == HttpVersion.HTTP_1_0;
        boolean closes = loop.isDraining()
                || endsWithConnection
                || HopByHopHeaders.asksToClose(request.headers().getAll(HttpHeaders.CONNECTION));
        if (closes) {
            response.putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
        return new ResponseHead(bodyBytes, closes);
    }

    private static long bodyBytes(HttpServerRequest request, HttpClientResponse from) {
        if (request.method().equals(HttpMethod.HEAD) || from.statusCode() == 204 || from.statusCode() == 304) {
            return 0;
        }
        String length = from.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? UNKNOWN : Answers.contentLength(length);
    }
}
