package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandlerContext;
import io.netty.handler.codec.DecoderResult;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.LastHttpContent;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.impl.VertxHttpRequestDecoder;
import io.vertx.core.net.impl.ConnectionBase;
import java.util.List;

/// Refuses what the usual decoder repairs and another reader may repair differently, so that nothing can be smuggled:
/// Content-Length beside Transfer-Encoding, and header lines that are folded (obs-fold, RFC 9112 section 5.2). The
/// request then has a failed decoder result, and the rest of the connection is ignored.
///
/// Belongs to one connection, on its event loop.
final class StrictRequestDecoder extends VertxHttpRequestDecoder {

    private static final String VERTX_NAME = "httpDecoder";

    private boolean inBody;
    private boolean startLineRead;
    private boolean refused;

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
        for (int i = before; i < out.size(); i++) {
            note(out.get(i));
        }
    }

    private void note(Object decoded) {
        if (decoded instanceof HttpRequest request) {
            inBody = true;
            refused = request.decoderResult().isFailure();
        }
        if (decoded instanceof LastHttpContent) {
            inBody = false;
            startLineRead = false;
        }
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
    protected void handleTransferEncodingChunkedWithContentLength(HttpMessage message) {
        throw new IllegalArgumentException("both Content-Length and Transfer-Encoding");
    }
}
