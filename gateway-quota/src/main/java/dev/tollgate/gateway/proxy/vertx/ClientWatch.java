package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.schema.access.problem.Problem;
import dev.tollgate.schema.access.problem.ProblemType;
import io.netty.buffer.Unpooled;
import io.netty.channel.ChannelDuplexHandler;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelPromise;
import io.netty.handler.codec.http.DefaultFullHttpResponse;
import io.netty.handler.codec.http.HttpHeaderNames;
import io.netty.handler.codec.http.HttpHeaderValues;
import io.netty.handler.codec.http.HttpRequest;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpResponseStatus;
import io.netty.handler.codec.http.HttpStatusClass;
import io.netty.handler.codec.http.HttpVersion;
import io.netty.handler.codec.http.LastHttpContent;
import org.jspecify.annotations.Nullable;

/// Sees where an HTTP/1 connection is between its messages: it stands behind the decoder and sees what was decoded and
/// what is answered. While the client owes something, the connection is one of those that [ClientConnections] give
/// `headTimeout`: nothing was sent yet; a head has begun and is not complete; a request was answered and the rest of
/// its body, which is thrown away, is not there.
///
/// Belongs to one connection, on its event loop.
final class ClientWatch extends ChannelDuplexHandler {

    static final String NAME = "clientWatch";

    private final ClientConnections connections;
    private @Nullable ChannelHandlerContext context;
    private long owingSinceNanos;
    private boolean owing;
    private boolean headBegun;
    private boolean decoded;
    private boolean inMessage;
    private boolean interim;
    private int unanswered;

    ClientWatch(ClientConnections connections) {
        super();
        this.connections = connections;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        owe();
    }

    @Override
    public void handlerRemoved(ChannelHandlerContext removed) {
        settle();
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        decoded = true;
        if (message instanceof HttpRequest) {
            inMessage = true;
            headBegun = false;
            unanswered++;
            settle();
        }
        if (message instanceof LastHttpContent) {
            inMessage = false;
            settle();
        }
        from.fireChannelRead(message);
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (!decoded && !inMessage) {
            headBegun = true;
            owe();
        }
        decoded = false;
        from.fireChannelReadComplete();
    }

    @Override
    public void write(ChannelHandlerContext to, Object message, ChannelPromise promise) {
        if (message instanceof HttpResponse response) {
            interim = response.status().codeClass() == HttpStatusClass.INFORMATIONAL
                    && !response.status().equals(HttpResponseStatus.SWITCHING_PROTOCOLS);
        }
        if (message instanceof LastHttpContent && !interim) {
            unanswered--;
            if (inMessage && unanswered == 0) {
                owe();
            }
        }
        to.write(message, promise);
    }

    private void owe() {
        if (!owing) {
            owing = true;
            owingSinceNanos = connections.nowNanos();
            connections.owing(this);
        }
    }

    private void settle() {
        if (owing) {
            owing = false;
            connections.settled(this);
        }
    }

    long owingSinceNanos() {
        return owingSinceNanos;
    }

    /// What it owes is late: the connection ends, with an answer when a head had begun. A client that is not being read
    /// from, or waits for an answer itself, gets the time anew.
    void late() {
        settle();
        ChannelHandlerContext own = context;
        if (own == null || !own.channel().isActive()) {
            return;
        }
        if (unanswered > 0 || !own.channel().config().isAutoRead()) {
            owe();
            return;
        }
        connections.refusedAsLate(headBegun);
        if (headBegun) {
            own.writeAndFlush(timeout()).addListener(ChannelFutureListener.CLOSE);
        } else {
            own.close();
        }
    }

    private DefaultFullHttpResponse timeout() {
        byte[] body = ProblemResponse.of(ProblemType.REQUEST_TIMEOUT, "the request's head did not arrive in time")
                .problem()
                .toJson();
        DefaultFullHttpResponse response = new DefaultFullHttpResponse(
                HttpVersion.HTTP_1_1, HttpResponseStatus.REQUEST_TIMEOUT, Unpooled.wrappedBuffer(body));
        response.headers()
                .set(HttpHeaderNames.CONTENT_TYPE, Problem.CONTENT_TYPE)
                .set(HttpHeaderNames.CONTENT_LENGTH, Integer.toString(body.length))
                .set(HttpHeaderNames.CONNECTION, HttpHeaderValues.CLOSE)
                .set(HttpHeaderNames.DATE, connections.date());
        return response;
    }
}
