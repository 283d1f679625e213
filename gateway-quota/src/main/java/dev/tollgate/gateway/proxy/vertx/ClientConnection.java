package dev.tollgate.gateway.proxy.vertx;

import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.concurrent.TimeUnit;

/// Ends what a client has of an exchange, in the manner of its version of HTTP.
final class ClientConnection {

    /// How long a client may go on sending a request that was answered before its end. A connection that is closed
    /// while bytes arrive is reset, and the client may lose the answer.
    static final long LINGER_MS = 2_000;

    private static final long HTTP2_INTERNAL_ERROR = 2;
    private static final long HTTP2_NO_ERROR = 0;

    private ClientConnection() {}

    /// The client must see that its response is broken: the connection is closed, or the stream reset.
    static void cut(HttpServerRequest request) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(HTTP2_INTERNAL_ERROR);
        } else {
            request.connection().close();
        }
    }

    /// Its response is complete and written. If its request is not complete, it is not wanted any more: the rest is
    /// read and dropped for a while, behind a response that ends the connection.
    ///
    /// @param closes whether the connection ends also when the request is complete in time
    static void endEarly(HttpServerRequest request, boolean closes) {
        if (request.version() == HttpVersion.HTTP_2) {
            request.response().reset(HTTP2_NO_ERROR);
            return;
        }
        if (request.isEnded()) {
            if (closes) {
                request.connection().close();
            }
            return;
        }
        Channel channel = ((ConnectionBase) request.connection()).channel();
        if (closes
                && channel instanceof DuplexChannel plain
                && channel.pipeline().get(SslHandler.class) == null) {
            plain.shutdownOutput();
        }
        var late = channel.eventLoop().schedule(() -> channel.close(), LINGER_MS, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> late.cancel(false));
        request.handler(dropped -> {});
        request.endHandler(end -> {
            late.cancel(false);
            if (closes) {
                request.connection().close();
            }
        });
        request.resume();
    }
}
