package dev.tollgate.gateway.proxy.vertx;

import io.netty.handler.codec.http.HttpHeaderValidationUtil;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.netty.handler.codec.http2.Http2Stream;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.HostAndPort;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Makes an HTTP/2 request look as the same request over HTTP/1 does, so that whatever follows needs to know one form
/// only: `:authority` becomes Host, and a body of unknown length shows as `Transfer-Encoding: chunked`, which HTTP/2
/// itself forbids and which is not passed on.
///
/// Connection-specific fields, wrong pseudo-fields and a Content-Length that is not the body's are refused by Netty;
/// what its HTTP/2 side lets pass and HTTP/1 could not carry is found here.
final class Http2Requests {

    /// The error code PROTOCOL_ERROR of RFC 9113: the request is malformed.
    static final long PROTOCOL_ERROR = 1;

    private Http2Requests() {}

    /// Called once for each request, before it is looked at. Returns what is wrong with it; then nothing was changed.
    static Optional<String> adopt(HttpServerRequest request) {
        if (request.version() != HttpVersion.HTTP_2) {
            return Optional.empty();
        }
        if (request.uri() == null) {
            return Optional.of("a tunnel is asked for");
        }
        MultiMap headers = request.headers();
        for (Map.Entry<String, String> field : headers) {
            if (!isField(field.getKey(), field.getValue())) {
                return Optional.of("a header field has a character that is not allowed");
            }
        }
        @Nullable HostAndPort authority = request.authority();
        if (authority != null) {
            if (authority.host().isEmpty() || !isField("host", authority.host())) {
                return Optional.of("the authority is not valid");
            }
            headers.set(HttpHeaders.HOST, authority.toString());
        }
        if (!headers.contains(HttpHeaders.CONTENT_LENGTH) && hasMore(request)) {
            headers.set(HttpHeaders.TRANSFER_ENCODING, HttpHeaders.CHUNKED);
        }
        return Optional.empty();
    }

    private static boolean isField(String name, String value) {
        if (name.isEmpty() || HttpHeaderValidationUtil.validateToken(name) >= 0) {
            return false;
        }
        return HttpHeaderValidationUtil.validateValidHeaderValue(value) < 0;
    }

    /// Whether the client's side of the stream is open: its head was not its end.
    private static boolean hasMore(HttpServerRequest request) {
        Http2ConnectionHandler handler = ClientStream.connection(request)
                .channelHandlerContext()
                .pipeline()
                .get(Http2ConnectionHandler.class);
        Http2Stream stream = handler.connection().stream(request.streamId());
        return stream != null && stream.state().remoteSideOpen();
    }
}
