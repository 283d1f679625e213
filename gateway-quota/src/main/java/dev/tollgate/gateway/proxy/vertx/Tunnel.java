package dev.tollgate.gateway.proxy.vertx;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.Channel;
import io.netty.handler.timeout.IdleStateHandler;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.net.impl.ConnectionBase;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/// A WebSocket between a client and an upstream, passed through byte by byte. It is one exchange, whose event is
/// appended before the upstream's Close frame goes out to the client, or else when one side has closed.
///
/// Belongs to the event loop of both connections.
final class Tunnel implements TunnelEnd.Owner {

    private final Exchange exchange;
    private final Meter meter;
    private final TunnelEnd client = new TunnelEnd(this);
    private final TunnelEnd upstream = new TunnelEnd(this);
    private final CloseFrameScanner fromUpstream = new CloseFrameScanner();

    Tunnel(Exchange exchange, Meter meter) {
        this.exchange = exchange;
        this.meter = meter;
        client.connect(upstream);
        upstream.connect(client);
    }

    /// Takes both connections out of HTTP.
    ///
    /// @param head the fields of the 101 that the client gets
    void open(HttpConnection clientConnection, HttpConnection upstreamConnection, MultiMap head) {
        client.write(switchingProtocols(head));
        Channel toUpstream = ((ConnectionBase) upstreamConnection).channel();
        toUpstream.pipeline().replace(StrictResponseDecoder.VERTX_NAME, StrictResponseDecoder.VERTX_NAME, upstream);
        Channel toClient = ((ConnectionBase) clientConnection).channel();
        if (toClient.pipeline().get(IdleStateHandler.class) != null) {
            toClient.pipeline().remove(IdleStateHandler.class);
        }
        toClient.pipeline().replace(StrictRequestDecoder.VERTX_NAME, StrictRequestDecoder.VERTX_NAME, client);
        toUpstream.flush();
    }

    private static ByteBuf switchingProtocols(MultiMap fields) {
        StringBuilder head = new StringBuilder("HTTP/1.1 101 Switching Protocols\r\n");
        for (Map.Entry<String, String> field : fields) {
            head.append(field.getKey()).append(": ").append(field.getValue()).append("\r\n");
        }
        return Unpooled.copiedBuffer(head.append("\r\n"), StandardCharsets.ISO_8859_1);
    }

    @Override
    public void passes(TunnelEnd from, ByteBuf bytes) {
        exchange.progress();
        if (from == client) {
            meter.received(bytes.readableBytes());
        } else {
            meter.sends(bytes.readableBytes());
            if (fromUpstream.sees(bytes)) {
                exchange.tunnelEnds();
            }
        }
    }

    @Override
    public void closed(TunnelEnd end) {
        exchange.tunnelEnds();
        TunnelEnd other = end == client ? upstream : client;
        other.closeAfterwards();
    }

    void cut() {
        client.close();
        upstream.close();
    }
}
