package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.HopByHopHeaders;
import io.netty.channel.Channel;
import io.netty.channel.socket.DuplexChannel;
import io.netty.handler.ssl.SslHandler;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// What carries one request and its response: with HTTP/1 the connection, one request at a time; with HTTP/2 a stream
/// of it, whose end leaves the others alone. Called on the connection's event loop.
final class ClientStream {

    /// How long a client may go on sending a request that was answered before its end. A connection that is closed
    /// while bytes arrive is reset, and the client may lose the answer.
    static final long LINGER_MS = 2_000;

    /// Error codes of RFC 9113, section 7.
    private static final long NO_ERROR = 0;

    private static final long INTERNAL_ERROR = 2;

    private ClientStream() {}

    private static boolean isHttp2(HttpServerRequest request) {
        return request.version() == HttpVersion.HTTP_2;
    }

    /// Ends request and response here, so that the client sees that the response is not whole.
    static void cut(HttpServerRequest request) {
        if (isHttp2(request)) {
            reset(request, INTERNAL_ERROR);
        } else {
            request.connection().close();
        }
    }

    /// Whether the client, or the version that it speaks, wants the connection to end with this response.
    static boolean endsConnection(HttpServerRequest request, boolean gatewayWants) {
        if (isHttp2(request)) {
            return false;
        }
        List<String> connection = request.headers().getAll(HttpHeaders.CONNECTION);
        return gatewayWants || HopByHopHeaders.asksToClose(connection);
    }

    /// Writes that the connection ends with this response; HTTP/2 knows no such field.
    static void announceEnd(HttpServerRequest request) {
        if (!isHttp2(request)) {
            request.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
        }
    }

    /// Its response is complete and written. If its request is not complete, it is not wanted any more: the rest is
    /// read and dropped for a while, behind a response that ends the connection.
    ///
    /// @param closes whether the connection ends also when the request is complete in time
    static void endEarly(HttpServerRequest request, boolean closes) {
        if (isHttp2(request)) {
            if (!request.isEnded()) {
                reset(request, NO_ERROR);
            }
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

    /// A stream that is over already stays as it is.
    static void reset(HttpServerRequest request, long code) {
        request.response().reset(code).onComplete(done -> {});
    }

    /// The address of the peer, or an empty text when the system does not name one.
    static String peer(HttpServerRequest request) {
        String address = request.remoteAddress().hostAddress();
        return address == null ? "" : address;
    }

    /// The connection as the inside of Vert.x knows it.
    static HttpServerConnection connection(HttpServerRequest request) {
        return (HttpServerConnection) request.connection();
    }
}
