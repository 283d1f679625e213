package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.ProxySettings;
import io.netty.channel.ChannelPipeline;
import io.netty.handler.codec.http2.Http2Connection;
import io.netty.handler.codec.http2.Http2ConnectionHandler;
import io.vertx.core.http.impl.HttpServerConnection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/// The clients' connections of one event loop, and what becomes of those that are too many, too slow or idle. What a
/// connection costs here while it behaves is nothing; the periodic look goes over those that owe something, oldest
/// first, and over the HTTP/2 connections.
///
/// Belongs to its event loop, but for the count of the whole gateway.
final class ClientConnections {

    /// When an HTTP/2 connection last had a request, as far as the looks saw.
    private static final class Http2Use {
        private int lastStreamId;
        private long usedNanos;
    }

    private final ProxySettings settings;
    private final ProxyLoop loop;
    private final AtomicInteger ofGateway;
    private final Set<ClientWatch> owing = new LinkedHashSet<>();
    private final Map<HttpServerConnection, Http2Use> http2 = new HashMap<>();

    /// @param ofGateway open connections of all event loops
    ClientConnections(ProxySettings settings, ProxyLoop loop, AtomicInteger ofGateway) {
        this.settings = settings;
        this.loop = loop;
        this.ofGateway = ofGateway;
    }

    /// Takes a connection on before anything was read from it; false when there are too many, and it is closed.
    boolean takesOn(HttpServerConnection connection) {
        var channel = connection.channelHandlerContext().channel();
        int open = ofGateway.incrementAndGet();
        channel.closeFuture().addListener(closed -> ofGateway.decrementAndGet());
        if (open > settings.clients().connectionsMax()) {
            loop.refusalLog().refused(503, Refusals.UNKNOWN_TENANT, "there are too many connections", "-");
            loop.metrics().refused(503);
            channel.close();
            return false;
        }
        return true;
    }

    void watchHttp1(ChannelPipeline pipeline) {
        pipeline.addAfter("httpEncoder", ClientWatch.NAME, new ClientWatch(this));
    }

    void watchHttp2(HttpServerConnection connection) {
        Http2Use use = new Http2Use();
        use.usedNanos = nowNanos();
        http2.put(connection, use);
        connection.channelHandlerContext().channel().closeFuture().addListener(closed -> http2.remove(connection));
    }

    void owing(ClientWatch watch) {
        owing.add(watch);
    }

    void settled(ClientWatch watch) {
        owing.remove(watch);
    }

    /// Called once in a while.
    void check() {
        long now = nowNanos();
        long patienceNanos = settings.clients().headTimeout().toNanos();
        Set<ClientWatch> late = new LinkedHashSet<>();
        for (Iterator<ClientWatch> oldest = owing.iterator(); oldest.hasNext(); ) {
            ClientWatch watch = oldest.next();
            if (now - watch.owingSinceNanos() <= patienceNanos) {
                break;
            }
            late.add(watch);
        }
        late.forEach(ClientWatch::late);
        endIdleHttp2(now);
    }

    /// An HTTP/2 connection is idle while it has no request, whatever else it sends: pings, settings, a head that never
    /// ends.
    private void endIdleHttp2(long now) {
        long idleNanos = settings.idleTimeout().toNanos();
        for (Map.Entry<HttpServerConnection, Http2Use> each : List.copyOf(http2.entrySet())) {
            HttpServerConnection connection = each.getKey();
            Http2Use use = each.getValue();
            Http2Connection streams = connection
                    .channelHandlerContext()
                    .pipeline()
                    .get(Http2ConnectionHandler.class)
                    .connection();
            int last = streams.remote().lastStreamCreated();
            if (streams.numActiveStreams() > 0 || last != use.lastStreamId) {
                use.lastStreamId = last;
                use.usedNanos = now;
            } else if (now - use.usedNanos > idleNanos) {
                http2.remove(connection);
                connection.close();
            }
        }
    }

    void refusedAsLate(boolean answered) {
        loop.refusalLog()
                .refused(
                        408,
                        Refusals.UNKNOWN_TENANT,
                        answered ? "the head did not arrive in time" : "nothing arrived in time",
                        "-");
        loop.metrics().refused(408);
    }

    String date() {
        return loop.date();
    }

    long nowNanos() {
        return loop.nanoTime();
    }
}
