package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.channel.CombinedChannelDuplexHandler;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpMessage;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpRequestEncoder;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseDecoder;
import io.netty.handler.codec.http.LastHttpContent;
import io.netty.util.ReferenceCountUtil;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Reads the responses of one connection to an upstream, on which one request at a time is sent. The usual decoder
/// keeps what comes after a response's end as the beginning of the next one, which may belong to another tenant. Here
/// bytes for which no request waits are dropped, and the connection is never used again: a response that is complete
/// still reaches its client, then the connection is closed.
///
/// Bytes that are read in one go with a response's end cannot answer a request that is sent on the connection
/// meanwhile. Bytes that come later, while the next request waits, are its response: nothing tells them apart.
///
/// Belongs to one connection, on its event loop.
final class StrictResponseDecoder extends HttpResponseDecoder {

    private static final String VERTX_NAME = "codec";

    /// How long the client of the last response may take to read it.
    private static final long LAST_RESPONSE_HOURS_MAX = 1;

    private static final int CONTINUE = 100;
    private static final int EARLY_HINTS = 103;

    private final Runnable whenSpoiled;
    private @Nullable HttpMethod waiting;
    private boolean interim;
    private boolean endedInThisRead;
    private boolean spoiled;

    private StrictResponseDecoder(HttpClientOptions options, Runnable whenSpoiled) {
        super(new HttpDecoderConfig()
                .setMaxInitialLineLength(options.getMaxInitialLineLength())
                .setMaxHeaderSize(options.getMaxHeaderSize())
                .setMaxChunkSize(options.getMaxChunkSize())
                .setInitialBufferSize(options.getDecoderInitialBufferSize()));
        this.whenSpoiled = whenSpoiled;
    }

    /// Puts a decoder of this kind in the place of the connection's usual one, before anything was sent.
    ///
    /// @param surplus is told, once per connection, that bytes came for which no request waits
    static void install(HttpConnection connection, HttpClientOptions options, Runnable surplus) {
        ChannelHandler codec = codec(options, () -> {
            surplus.run();
            connection.shutdown(LAST_RESPONSE_HOURS_MAX, TimeUnit.HOURS);
        });
        ((ConnectionBase) connection).channel().pipeline().replace(VERTX_NAME, VERTX_NAME, codec);
    }

    /// @param spoiled ends the connection when its last response has reached the client
    static ChannelHandler codec(HttpClientOptions options, Runnable spoiled) {
        StrictResponseDecoder responses = new StrictResponseDecoder(options, spoiled);
        return new CombinedChannelDuplexHandler<>(responses, new RequestEncoder(responses));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (waiting == null || endedInThisRead || spoiled) {
            spoil(context, in);
            return;
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = before; i < out.size(); i++) {
            note(out.get(i));
        }
        if (endedInThisRead && in.isReadable()) {
            spoil(context, in);
        }
    }

    private void note(Object decoded) {
        if (decoded instanceof HttpResponse response) {
            int status = response.status().code();
            interim = status == CONTINUE || status == EARLY_HINTS;
        }
        if (decoded instanceof LastHttpContent && !interim) {
            waiting = null;
            endedInThisRead = true;
        }
    }

    /// A request that is already on its way is not answered by this connection any more.
    private void spoil(ChannelHandlerContext context, ByteBuf in) {
        in.skipBytes(in.readableBytes());
        if (spoiled) {
            return;
        }
        spoiled = true;
        whenSpoiled.run();
        if (waiting != null) {
            context.close();
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext context) throws Exception {
        endedInThisRead = false;
        super.channelReadComplete(context);
    }

    @Override
    protected boolean isContentAlwaysEmpty(HttpMessage response) {
        return HttpMethod.HEAD.equals(waiting) || super.isContentAlwaysEmpty(response);
    }

    /// The other half of the codec: says which request the next response answers.
    private static final class RequestEncoder extends HttpRequestEncoder {

        private final StrictResponseDecoder responses;

        RequestEncoder(StrictResponseDecoder responses) {
            super();
            this.responses = responses;
        }

        @Override
        public void write(ChannelHandlerContext context, Object message, ChannelPromise written) throws Exception {
            if (message instanceof HttpRequest request) {
                if (responses.spoiled) {
                    ReferenceCountUtil.release(message);
                    written.setFailure(new IOException("the upstream sent bytes for which no request waits"));
                    context.close();
                    return;
                }
                responses.waiting = request.method();
            }
            super.write(context, message, written);
        }
    }
}
