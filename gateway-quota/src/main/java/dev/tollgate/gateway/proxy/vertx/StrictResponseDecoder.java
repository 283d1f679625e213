package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
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
import io.netty.util.AttributeKey;
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
/// A switch of protocols that the request did not ask for breaks the connection; after one that it asked for the bytes
/// are no responses any more and await the [Tunnel]. Interim responses that the client's side cannot pass on are
/// dropped.
///
/// Belongs to one connection, on its event loop.
final class StrictResponseDecoder extends HttpResponseDecoder {

    /// Name of the connection's codec in its pipeline.
    static final String VERTX_NAME = "codec";

    /// More interim responses to one request break the connection.
    static final int INTERIM_RESPONSES_MAX = 16;

    private static final AttributeKey<StrictResponseDecoder> KEY =
            AttributeKey.valueOf(StrictResponseDecoder.class, VERTX_NAME);

    /// How long the client of the last response may take to read it.
    private static final long LAST_RESPONSE_HOURS_MAX = 1;

    private static final int CONTINUE = 100;
    private static final int SWITCHING_PROTOCOLS = 101;
    private static final int EARLY_HINTS = 103;

    private final Runnable whenSpoiled;
    private @Nullable HttpMethod waiting;
    private @Nullable SentRequest announced;
    private @Nullable SentRequest sent;
    private int interimResponses;
    private boolean interim;
    private boolean passesOn;
    private boolean switched;
    private boolean broken;
    private boolean used;
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
        StrictResponseDecoder responses = new StrictResponseDecoder(options, () -> {
            surplus.run();
            connection.shutdown(LAST_RESPONSE_HOURS_MAX, TimeUnit.HOURS);
        });
        Channel channel = ((ConnectionBase) connection).channel();
        channel.attr(KEY).set(responses);
        // A response that came before the upstream stopped reading the request is still read.
        channel.config().setAutoClose(false);
        channel.pipeline().replace(VERTX_NAME, VERTX_NAME, codec(responses));
    }

    /// Tells what is known of the request that is sent next on the connection.
    static void announce(HttpConnection connection, SentRequest request) {
        StrictResponseDecoder responses =
                ((ConnectionBase) connection).channel().attr(KEY).get();
        if (responses != null) {
            responses.announce(request);
        }
    }

    void announce(SentRequest request) {
        announced = request;
    }

    /// @param spoiled ends the connection when its last response has reached the client
    static ChannelHandler codec(HttpClientOptions options, Runnable spoiled) {
        return codec(of(options, spoiled));
    }

    static StrictResponseDecoder of(HttpClientOptions options, Runnable spoiled) {
        return new StrictResponseDecoder(options, spoiled);
    }

    static ChannelHandler codec(StrictResponseDecoder responses) {
        return new CombinedChannelDuplexHandler<>(responses, new RequestEncoder(responses));
    }

    @Override
    protected void decode(ChannelHandlerContext context, ByteBuf in, List<Object> out) throws Exception {
        if (switched) {
            in.skipBytes(in.readableBytes());
            return;
        }
        if (waiting == null || endedInThisRead || spoiled) {
            spoil(context, in);
            return;
        }
        int before = out.size();
        super.decode(context, in, out);
        for (int i = before; i < out.size(); i++) {
            note(out.get(i));
        }
        if (broken || (interim && !passesOn)) {
            while (out.size() > before) {
                ReferenceCountUtil.release(out.removeLast());
            }
        }
        if (broken) {
            in.skipBytes(in.readableBytes());
            context.close();
            return;
        }
        if (endedInThisRead && in.isReadable()) {
            spoil(context, in);
        }
    }

    private void note(Object decoded) {
        if (decoded instanceof HttpResponse response) {
            int status = response.status().code();
            interim = status < 200 && status != SWITCHING_PROTOCOLS;
            passesOn = !interim || status == CONTINUE || status == EARLY_HINTS;
            switched = status == SWITCHING_PROTOCOLS && sent != null && sent.asksToSwitch();
            broken = status < CONTINUE
                    || (interim && ++interimResponses > INTERIM_RESPONSES_MAX)
                    || (status == SWITCHING_PROTOCOLS && !switched);
        }
        if (decoded instanceof LastHttpContent && !interim && !switched) {
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
            Object passedOn = message;
            if (message instanceof HttpRequest request) {
                if (!responses.isOpen(context.channel())) {
                    ReferenceCountUtil.release(message);
                    written.setFailure(new IOException("the upstream's connection can take no request"));
                    context.close();
                    return;
                }
                responses.begin(request.method());
            } else if (message instanceof LastHttpContent last && responses.sent != null) {
                passedOn = responses.sent.withTrailers(last);
            }
            super.write(context, passedOn, written);
        }
    }

    /// Whether the connection can take a request. A pooled one may have been closed by the upstream unnoticed.
    private boolean isOpen(Channel channel) {
        return channel.isActive() && !(used && !endedInThisRead && PeerClosed.on(channel)) && !spoiled;
    }

    private void begin(HttpMethod method) {
        used = true;
        waiting = method;
        interimResponses = 0;
        sent = announced;
        announced = null;
        if (sent != null) {
            sent.leaves();
        }
    }
}
