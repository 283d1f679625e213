package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.HopByHopHeaders;
import dev.tollgate.gateway.proxy.RequestTarget;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpHeaders;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.ssl.SslHandler;
import java.util.Optional;

/// What the head of a well-formed HTTP/1 request says of its connection and its target.
final class RequestHead {

    private RequestHead() {}

    /// Whether the connection ends with the request by its own word.
    static boolean isLast(HttpRequest request) {
        HttpHeaders headers = request.headers();
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            return !headers.containsValue(HttpHeaderNames.CONNECTION, HttpHeaderValues.KEEP_ALIVE, true);
        }
        return headers.contains(HttpHeaderNames.CONNECTION)
                && HopByHopHeaders.asksToClose(headers.getAll(HttpHeaderNames.CONNECTION));
    }

    /// Does what the specification says of a well-formed request whoever reads it: an absolute target goes before the
    /// Host field, and 1.0 knows no expectations.
    static void settle(HttpRequest request, ChannelHandlerContext context) {
        if (!request.uri().startsWith("/")) {
            String scheme = context.pipeline().get(SslHandler.class) == null ? "http" : "https";
            Optional<RequestTarget.Absolute> absolute = RequestTarget.Absolute.parse(request.uri(), scheme);
            if (absolute.isPresent()) {
                request.setUri(absolute.get().origin());
                if (request.headers().getAll(HttpHeaderNames.HOST).size() == 1) {
                    request.headers().set(HttpHeaderNames.HOST, absolute.get().authority());
                }
            }
        }
        if (request.protocolVersion().equals(HttpVersion.HTTP_1_0)) {
            request.headers().remove(HttpHeaderNames.EXPECT);
        }
    }
}
