package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2CodecUtil;
import io.vertx.core.Context;
import io.vertx.core.Handler;
import io.vertx.core.ThreadingModel;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.HttpServerConnection;
import io.vertx.core.http.impl.HttpServerImpl;
import io.vertx.core.internal.ContextInternal;
import io.vertx.core.internal.VertxInternal;
import io.vertx.core.net.impl.VertxHandler;
import java.lang.reflect.Constructor;
import java.lang.reflect.Method;
import java.util.List;
import java.util.function.Supplier;

/// HTTP/2 without TLS, for clients that know beforehand that the gateway speaks it (RFC 9113, section 3.3). A
/// connection begins as HTTP/1, with its strict decoder; if its first bytes are HTTP/2's preface, its handlers are
/// exchanged before any of them saw a byte.
///
/// Vert.x has this too, but there its usual decoder has read the first head before anybody can put another in its
/// place, and it also takes part in `Upgrade: h2c`, by which a request could pass as two. So its own switch is off
/// (`http2ClearTextEnabled`), and the part of it that turns a connection into HTTP/2 is called by name. A Vert.x that
/// lacks the part fails the start.
///
/// Belongs to one event loop.
final class ClearTextHttp2 {

    private static final String INITIALIZER = "io.vertx.core.http.impl.HttpServerConnectionInitializer";
    private static final List<String> HTTP1_HANDLERS =
            List.of("httpDecoder", "httpEncoder", "webSocketExtensionHandler", ClientWatch.NAME);

    private final Object initializer;
    private final Method build;

    /// @param server whose connections these are, of the same options
    /// @param connected is called with each HTTP/2 connection, before its first request
    ClearTextHttp2(
            HttpServer server,
            HttpServerOptions options,
            Context context,
            Handler<HttpServerConnection> connected,
            Handler<Throwable> failed) {
        ContextInternal own = (ContextInternal) context;
        Supplier<ContextInternal> ofStream = own::duplicate;
        try {
            Class<?> type = Class.forName(INITIALIZER);
            Constructor<?> constructor = type.getDeclaredConstructor(
                    ContextInternal.class,
                    ThreadingModel.class,
                    Supplier.class,
                    HttpServerImpl.class,
                    VertxInternal.class,
                    HttpServerOptions.class,
                    String.class,
                    Handler.class,
                    Handler.class,
                    Object.class);
            constructor.setAccessible(true);
            initializer = constructor.newInstance(
                    own, own.threadingModel(), ofStream, server, own.owner(), options, "", connected, failed, null);
            build = type.getDeclaredMethod("buildHttp2ConnectionHandler");
            build.setAccessible(true);
        } catch (ReflectiveOperationException otherVertx) {
            throw new IllegalStateException("this Vert.x builds its HTTP/2 connections in another way", otherVertx);
        }
    }

    /// Looks at the first bytes of a connection of which nothing was read yet.
    void await(HttpConnection connection) {
        ((HttpServerConnection) connection).channelHandlerContext().pipeline().addFirst(new PrefaceHandler());
    }

    private void begin(ChannelPipeline pipeline) {
        ChannelHandler http2;
        try {
            http2 = (ChannelHandler) build.invoke(initializer);
        } catch (ReflectiveOperationException otherVertx) {
            throw new IllegalStateException("an HTTP/2 connection cannot be built", otherVertx);
        }
        for (String name : HTTP1_HANDLERS) {
            if (pipeline.get(name) != null) {
                pipeline.remove(name);
            }
        }
        pipeline.replace(VertxHandler.class, "handler", http2);
    }

    /// Keeps back what agrees with the preface so far.
    private final class PrefaceHandler extends ChannelInboundHandlerAdapter {

        private final ByteBuf preface = Http2CodecUtil.connectionPrefaceBuf();
        private int seen;

        @Override
        public void channelRead(ChannelHandlerContext context, Object message) {
            ByteBuf bytes = (ByteBuf) message;
            int length = Math.min(bytes.readableBytes(), preface.readableBytes() - seen);
            for (int i = 0; i < length; i++) {
                if (bytes.getByte(bytes.readerIndex() + i) != preface.getByte(seen + i)) {
                    pass(context, bytes);
                    return;
                }
            }
            if (seen + length == preface.readableBytes()) {
                begin(context.pipeline());
                pass(context, bytes);
            } else {
                seen += length;
                bytes.release();
            }
        }

        private void pass(ChannelHandlerContext context, ByteBuf bytes) {
            ByteBuf all = seen == 0 ? bytes : Unpooled.wrappedBuffer(preface.copy(0, seen), bytes);
            context.pipeline().remove(this);
            context.fireChannelRead(all);
        }

        @Override
        public void handlerRemoved(ChannelHandlerContext context) {
            preface.release();
        }
    }
}
