package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpContent;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Refuses what the usual decoder repairs and another reader may repair differently, so that nothing can be smuggled:
/// Content-Length beside Transfer-Encoding, header lines that are folded (obs-fold, RFC 9112 section 5.2), and versions
/// other than 1.0 and 1.1. The request then has a failed decoder result, and the rest of the connection is ignored.
///
/// A body that breaks is told to the request's [RequestBody]; the request then has no end.
///
/// Belongs to one connection, on its event loop.
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    /// Name of the connection's decoder in its pipeline.
    static final String VERTX_NAME = "httpDecoder";

    /// Bytes that may come behind a request for a WebSocket before it is answered.
    static final int EARLY_BYTES_MAX = 64 * 1_024;

    /// The request line names a version that the gateway does not speak.
    static final class UnsupportedVersionException extends IllegalArgumentException {

        private static final long serialVersionUID = 1L;

        UnsupportedVersionException(HttpVersion version) {
            super("the version is " + version);
        }
    }

    private @Nullable RequestBody body;
    private boolean inBody;
    private boolean startLineRead;
    private boolean refused;
    private @Nullable ChannelHandlerContext held;

    private StrictRequestDecoder(HttpServerOptions options) {
        super(options);
    }

    /// Puts a decoder of this kind in the place of the connection's usual one, before anything was read.
    static void install(HttpConnection connection, HttpServerOptions options) {
        ((ConnectionBase) connection)
                .channel()
                .pipeline()
                .replace(VERTX_NAME, VERTX_NAME, new StrictRequestDecoder(options));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (held != null) {
            if (in.readableBytes() > EARLY_BYTES_MAX) {
                in.skipBytes(in.readableBytes());
                context.close();
            }
            return;
        }
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (!inBody && hasFoldedLine(in)) {
            refused = true;
            in.skipBytes(in.readableBytes());
            HttpMessage bad = createInvalidMessage();
            bad.setDecoderResult(DecoderResult.failure(new IllegalArgumentException("a header line is folded")));
            out.add(bad);
            return;
        }
        int before = out.size();
        int at = in.readerIndex();
        super.decode(context, in, out);
        startLineRead |= in.readerIndex() > at;
        for (int i = before; i < out.size() && !refused; i++) {
            if (isBrokenBody(out.get(i))) {
                refuseBody(out, i);
            } else {
                note(out.get(i));
                noteSwitch(out.get(i), context);
            }
        }
    }

    private static boolean isBrokenBody(Object decoded) {
        return decoded instanceof HttpContent content
                && !(decoded instanceof HttpRequest)
                && content.decoderResult().isFailure();
    }

    private void refuseBody(List<Object> out, int from) {
        refused = true;
        Throwable cause = ((HttpContent) out.get(from)).decoderResult().cause();
        while (out.size() > from) {
            out.removeLast();
        }
        if (body != null) {
            body.broken(cause);
        }
    }

    private void note(Object decoded) {
        if (decoded instanceof HttpRequest request) {
            inBody = true;
            refused = request.decoderResult().isFailure();
            if (!refused) {
                body = new RequestBody();
                request.setDecoderResult(body);
            }
        }
        if (decoded instanceof LastHttpContent) {
            inBody = false;
            startLineRead = false;
        }
    }

    /// What follows a request for a WebSocket is no request if it gets one: it is left alone until that is known.
    private void noteSwitch(Object decoded, ChannelHandlerContext context) {
        if (decoded instanceof HttpRequest request
                && body != null
                && request.headers().contains(HttpHeaderNames.UPGRADE)) {
            body.asksForWebSocket(WebSocketHandshake.isIn(
                    request.method().name(),
                    request.protocolVersion().equals(HttpVersion.HTTP_1_1),
                    request.headers().contains(HttpHeaderNames.CONTENT_LENGTH)
                            || request.headers().contains(HttpHeaderNames.TRANSFER_ENCODING),
                    request.headers().getAll(HttpHeaderNames.UPGRADE),
                    request.headers().getAll(HttpHeaderNames.CONNECTION)));
        }
        if (decoded instanceof LastHttpContent last) {
            if (body != null && !last.trailingHeaders().isEmpty()) {
                body.trailers(last.trailingHeaders());
            }
            held = body != null && body.asksForWebSocket() && !refused ? context : null;
        }
    }

    static boolean asksForWebSocket(HttpServerRequest request) {
        RequestBody body = RequestBody.of(request);
        return body != null && body.asksForWebSocket();
    }

    /// Goes on reading requests behind one for a WebSocket once that is answered without one.
    static void holdUntilAnswered(HttpServerRequest request) {
        if (asksForWebSocket(request)) {
            StrictRequestDecoder decoder =
                    ((ConnectionBase) request.connection()).channel().pipeline().get(StrictRequestDecoder.class);
            request.response().endHandler(answered -> decoder.release());
        }
    }

    private void release() {
        ChannelHandlerContext context = held;
        if (context == null) {
            return;
        }
        context.executor().execute(() -> {
            held = null;
            if (!context.isRemoved()) {
                context.pipeline().fireChannelRead(Unpooled.EMPTY_BUFFER).fireChannelReadComplete();
            }
        });
    }

    /// Whether a line of the head that begins here, other than the start line, begins with a blank.
    private boolean hasFoldedLine(ByteBuf in) {
        boolean startLine = !startLineRead;
        int line = in.readerIndex();
        int end = in.writerIndex();
        while (line < end) {
            byte first = in.getByte(line);
            if (!startLine && (first == ' ' || first == '\t')) {
                return true;
            }
            int feed = in.indexOf(line, end, (byte) '\n');
            if (feed < 0) {
                return false;
            }
            boolean empty = feed == line || (feed == line + 1 && first == '\r');
            if (empty && !startLine) {
                return false;
            }
            startLine &= empty;
            line = feed + 1;
        }
        return false;
    }

    @Override
    protected HttpMessage createMessage(String[] startLine) {
        HttpMessage message = super.createMessage(startLine);
        HttpVersion version = message.protocolVersion();
        if (!version.equals(HttpVersion.HTTP_1_1) && !version.equals(HttpVersion.HTTP_1_0)) {
            throw new UnsupportedVersionException(version);
        }
        return message;
    }

    /// Stands for what could not be read, and is answered in the gateway's own version.
    @Override
    protected HttpMessage createInvalidMessage() {
        return new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/");
    }

    @Override
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
