package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.TrailerFields;
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

    private static final CharSequence TE = HttpHeaders.createOptimized("TE");
    private static final CharSequence TRAILER = HttpHeaders.createOptimized("Trailer");
    private static final int NO_CONTENT = 204;
    private static final int RESET_CONTENT = 205;
    private static final int NOT_MODIFIED = 304;

    /// Prepares the client's response from the upstream's; nothing is sent.
    ///
    /// @param bodyHeld the client may or may not send the body it was not asked for, so no request can follow it
    static ResponseHead prepare(AdmittedRequest admitted, HttpClientResponse from, ProxyLoop loop, boolean bodyHeld) {
        HttpServerRequest request = admitted.request();
        HttpServerResponse response = request.response();
        copyHead(admitted, from, loop);
        long bodyBytes = bodyBytes(request, from);
        if (from.statusCode() == RESET_CONTENT) {
            response.putHeader(HttpHeaders.CONTENT_LENGTH, "0");
        }
        boolean is10 = request.version() == HttpVersion.HTTP_1_0;
        if (bodyBytes == UNKNOWN && !is10 && from.headers().contains(TRAILER)) {
            announceTrailers(request, from);
        }
        boolean endsWithConnection = bodyBytes == UNKNOWN && is10;
        boolean closes = ClientStream.endsConnection(request, loop.isDraining() || endsWithConnection || bodyHeld);
        if (closes) {
            ClientStream.announceEnd(request);
        }
        return new ResponseHead(bodyBytes, closes);
    }

    /// Prepares the fields of a 101.
    static void prepareSwitch(AdmittedRequest admitted, HttpClientResponse from, ProxyLoop loop) {
        copyHead(admitted, from, loop);
        HttpServerResponse response = admitted.request().response();
        response.headers().remove(HttpHeaders.CONTENT_LENGTH);
        response.putHeader(HttpHeaders.CONNECTION, WebSocketHandshake.UPGRADE);
        response.putHeader(HttpHeaders.UPGRADE, WebSocketHandshake.PROTOCOL);
    }

    private static void copyHead(AdmittedRequest admitted, HttpClientResponse from, ProxyLoop loop) {
        HttpServerResponse response = admitted.request().response();
        response.setStatusCode(from.statusCode());
        String reason = from.statusMessage();
        // Vert.x takes a 304 with a reason of its own for one with a body.
        if (reason != null && from.statusCode() != NOT_MODIFIED && !reason.equals(response.getStatusMessage())) {
            response.setStatusMessage(reason);
        }
        loop.messageHeaders().copyResponse(from.headers(), response.headers());
        if (!response.headers().contains(HttpHeaders.DATE)) {
            response.putHeader(HttpHeaders.DATE, loop.date());
        }
        admitted.writeRateLimit(loop.rateLimitFields());
    }

    private static void announceTrailers(HttpServerRequest request, HttpClientResponse from) {
        String names = TrailerFields.announced(from.headers().getAll(TRAILER));
        if (!names.isEmpty() && TrailerFields.accepted(request.headers().getAll(TE))) {
            request.response().putHeader(TRAILER, names);
        }
    }

    private static long bodyBytes(HttpServerRequest request, HttpClientResponse from) {
        boolean never = request.method().equals(HttpMethod.HEAD)
                || from.statusCode() == NO_CONTENT
                || from.statusCode() == RESET_CONTENT
                || from.statusCode() == NOT_MODIFIED;
        if (never) {
            return 0;
        }
        String length = from.getHeader(HttpHeaders.CONTENT_LENGTH);
        return length == null ? UNKNOWN : Answers.contentLength(length);
    }
}
