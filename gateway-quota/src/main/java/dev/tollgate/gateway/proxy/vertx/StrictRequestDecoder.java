package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.RequestGrammar;
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
import io.netty.handler.codec.http.HttpUtil;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.handler.codec.http.TooLongHttpHeaderException;
import io.netty.util.ByteProcessor;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// Refuses what the usual decoder repairs and another reader may repair differently, so that nothing can be smuggled:
/// every byte of a head and of a chunked body's framing passes [RequestGrammar] before the usual decoder sees it, and
/// both must find the same ends. Content-Length beside Transfer-Encoding and versions other than 1.0 and 1.1 are
/// refused too. The request then has a failed decoder result, and the rest of the connection is ignored.
///
/// A body that breaks is told to the request's [RequestBody]; the request then has no end. What follows a request that
/// is the connection's last is ignored: nobody would see the answers, but tenants would pay for them.
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

    private final RequestGrammar grammar = new RequestGrammar();
    private final ByteProcessor shown = grammar::next;

    /// How many of the bytes at hand the grammar has seen.
    private int seenBytes;

    /// Whether the bytes are those of a body whose length is known, which has no grammar.
    private boolean inPlainBody;

    private boolean inBody;
    private boolean refused;
    private boolean endsAfterRequest;
    private @Nullable RequestBody body;
    private @Nullable RequestBody last;
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

    /// The request is answered with the connection's end: what follows it is no request any more.
    void endAfter(RequestBody request) {
        refused = true;
        last = request;
    }

    /// Whether the request came after one that was answered with the connection's end.
    boolean isPast(RequestBody request) {
        return last != null && last != request;
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
        if (!refused) {
            String fault = inPlainBody ? null : look(in);
            if (fault != null) {
                boolean tooMany = fault.equals(RequestGrammar.TOO_MANY_FIELDS);
                refuse(out, tooMany ? new TooLongHttpHeaderException(fault) : new IllegalArgumentException(fault));
            }
        }
        if (refused) {
            in.skipBytes(in.readableBytes());
            return;
        }
        int before = out.size();
        int at = in.readerIndex();
        super.decode(context, in, out);
        if (!inPlainBody) {
            seenBytes -= in.readerIndex() - at;
        }
        for (int i = before; i < out.size(); i++) {
            Object decoded = out.get(i);
            if (isBrokenBody(decoded)) {
                Throwable cause = ((HttpContent) decoded).decoderResult().cause();
                drop(out, i);
                refuse(out, cause);
                return;
            }
            if (!isWhereTheGrammarIs(decoded)) {
                drop(out, i);
                refuse(out, new IllegalArgumentException("the message's end can be read in two ways"));
                return;
            }
            note(decoded, context);
            noteSwitch(decoded, context);
            if (refused) {
                drop(out, i + 1);
            }
        }
    }

    private static void drop(List<Object> out, int from) {
        while (out.size() > from) {
            ReferenceCountUtil.release(out.removeLast());
        }
    }

    /// Shows the grammar what has come; returns what is wrong with it.
    private @Nullable String look(ByteBuf in) {
        int at = in.readerIndex() + seenBytes;
        int end = in.writerIndex();
        while (at < end && !grammar.atEnd() && grammar.fault() == null) {
            int data = (int) Math.min(grammar.dataBytes(), end - at);
            grammar.passData(data);
            at += data;
            if (at < end) {
                int stop = in.forEachByte(at, end - at, shown);
                at = stop < 0 ? end : stop + 1;
            }
        }
        seenBytes = at - in.readerIndex();
        return grammar.fault();
    }

    private void refuse(List<Object> out, Throwable cause) {
        refused = true;
        if (!inBody) {
            HttpMessage bad = createInvalidMessage();
            bad.setDecoderResult(DecoderResult.failure(cause));
            out.add(bad);
        } else if (body != null) {
            body.broken(cause);
        }
    }

    private static boolean isBrokenBody(Object decoded) {
        return decoded instanceof HttpContent content
                && !(decoded instanceof HttpRequest)
                && content.decoderResult().isFailure();
    }

    /// Whether grammar and decoder agree that a head, or a chunked body, ends here.
    private boolean isWhereTheGrammarIs(Object decoded) {
        boolean isEnd = decoded instanceof HttpRequest request
                ? request.decoderResult().isSuccess()
                : decoded instanceof LastHttpContent && !inPlainBody;
        return !isEnd || (seenBytes == 0 && grammar.atEnd());
    }

    private void note(Object decoded, ChannelHandlerContext context) {
        if (decoded instanceof HttpRequest request) {
            refused = request.decoderResult().isFailure();
            if (refused) {
                return;
            }
            inBody = true;
            if (HttpUtil.isTransferEncodingChunked(request)) {
                grammar.beginChunks();
            } else {
                inPlainBody = true;
            }
            body = new RequestBody(this);
            request.setDecoderResult(body);
            endsAfterRequest = RequestHead.isLast(request);
            RequestHead.settle(request, context);
        }
        if (decoded instanceof LastHttpContent) {
            inBody = false;
            inPlainBody = false;
            grammar.beginHead();
            refused |= endsAfterRequest;
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
        if (decoded instanceof LastHttpContent end) {
            if (body != null && !end.trailingHeaders().isEmpty()) {
                body.trailers(end.trailingHeaders());
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
