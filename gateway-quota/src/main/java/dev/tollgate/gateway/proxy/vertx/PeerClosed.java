package dev.tollgate.gateway.proxy.vertx;

import io.netty.channel.Channel;
import io.netty.channel.epoll.EpollSocketChannel;
import io.netty.channel.socket.nio.NioSocketChannel;

/// Asks the system whether the other side of an idle connection has closed it, which the event loop learns only with
/// its next events: a request that is written meanwhile is lost, and nobody could say whether it was read.
final class PeerClosed {

    private static final int TCP_ESTABLISHED = 1;

    private PeerClosed() {}

    /// On the connection's event loop, and not while it is being read. May read the connection: surplus bytes and the
    /// end are told to its handlers.
    static boolean on(Channel channel) {
        return switch (channel) {
            case EpollSocketChannel epoll -> epoll.tcpInfo().state() != TCP_ESTABLISHED;
            case NioSocketChannel nio -> {
                nio.unsafe().read();
                yield !nio.isActive();
            }
            default -> false;
        };
    }
}
