package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.util.ReferenceCountUtil;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// One side of a tunnel, in the place of its connection's HTTP decoder. What it reads goes to the other side; while
/// that one is full, nothing is read. The connection's later handlers see no more bytes, only its end.
///
/// Belongs to its connection's event loop, which is the other side's too.
final class TunnelEnd extends ChannelInboundHandlerAdapter {

    /// How long the last bytes may take to go out after the other side has closed.
    static final long CLOSING_MS_MAX = 5_000;

    /// What a tunnel does with what its ends see.
    interface Owner {
        /// Bytes are about to go to the other side.
        void passes(TunnelEnd from, ByteBuf bytes);

        /// The connection is closed.
        void closed(TunnelEnd end);
    }

    private final Owner owner;
    private final Deque<ByteBuf> early = new ArrayDeque<>();
    private @Nullable TunnelEnd other;
    private @Nullable ChannelHandlerContext context;

    TunnelEnd(Owner owner) {
        super();
        this.owner = owner;
    }

    void connect(TunnelEnd otherEnd) {
        other = otherEnd;
    }

    @Override
    public void handlerAdded(ChannelHandlerContext added) {
        context = added;
        early.forEach(added::write);
        early.clear();
        added.flush();
        added.channel().config().setAutoRead(true);
    }

    /// Takes the bytes, also before the end stands in its pipeline.
    void write(ByteBuf bytes) {
        if (context == null) {
            early.add(bytes);
        } else {
            context.write(bytes);
        }
    }

    private boolean isFull() {
        return context != null && !context.channel().isWritable();
    }

    private void flush() {
        if (context != null) {
            context.flush();
        }
    }

    private void read(boolean goesOn) {
        if (context != null) {
            context.channel().config().setAutoRead(goesOn);
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext from, Object message) {
        if (!(message instanceof ByteBuf bytes) || other == null) {
            ReferenceCountUtil.release(message);
            return;
        }
        owner.passes(this, bytes);
        other.write(bytes);
        if (other.isFull()) {
            read(false);
        }
    }

    @Override
    public void channelReadComplete(ChannelHandlerContext from) {
        if (other != null) {
            other.flush();
        }
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext changed) {
        if (other != null) {
            other.read(changed.channel().isWritable());
        }
        changed.fireChannelWritabilityChanged();
    }

    @Override
    public void channelInactive(ChannelHandlerContext closed) {
        owner.closed(this);
        closed.fireChannelInactive();
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext failed, Throwable cause) {
        failed.close();
    }

    /// Closes the connection once what was written is out, or when that takes too long.
    void closeAfterwards() {
        if (context == null) {
            return;
        }
        Channel channel = context.channel();
        context.writeAndFlush(Unpooled.EMPTY_BUFFER).addListener(ChannelFutureListener.CLOSE);
        var late = channel.eventLoop().schedule(() -> channel.close(), CLOSING_MS_MAX, TimeUnit.MILLISECONDS);
        channel.closeFuture().addListener(closed -> late.cancel(false));
    }

    void close() {
        if (context != null) {
            context.channel().close();
        }
    }
}
