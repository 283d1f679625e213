package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.OpenLane;
import io.vertx.core.Context;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.VerticleBase;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// One event loop of the proxy: its servers (all loops share the ports), its upstream connections, its journal lane.
final class ProxyVerticle extends VerticleBase {

    private static final long CHECK_PROGRESS_MS = 250;
    private static final long CHECK_DRAINED_MS = 10;

    /// What exists once the verticle has started.
    ///
    /// @param servers the one without TLS first
    private record Running(
            Vertx vertx, Context context, ProxyLoop loop, List<ClientServer> servers, List<LoopGuest.Seat> seats) {}

    private final ProxyParts parts;
    private final OpenLane lane;
    private final HttpServerOptions clearText;
    private final @Nullable HttpServerOptions tls;
    private final AtomicInteger connectionsOfGateway;
    private final List<LoopGuest> guests;
    private volatile @Nullable Running running;

    ProxyVerticle(
            ProxyParts parts,
            OpenLane lane,
            HttpServerOptions clearText,
            @Nullable HttpServerOptions tls,
            AtomicInteger connectionsOfGateway,
            List<LoopGuest> guests) {
        super();
        this.parts = parts;
        this.lane = lane;
        this.clearText = clearText;
        this.tls = tls;
        this.connectionsOfGateway = connectionsOfGateway;
        this.guests = guests;
    }

    @Override
    public Future<?> start() {
        Context own = context;
        Executor eventLoop = task -> own.runOnContext(ignored -> task.run());
        lane.bind(eventLoop);
        ProxyLoop loop = new ProxyLoop(
                parts, lane.recorder(), new UpstreamClient(vertx, parts.settings(), parts.metrics()), eventLoop);
        ClientConnections connections = new ClientConnections(parts.settings(), loop, connectionsOfGateway);
        vertx.setPeriodic(CHECK_PROGRESS_MS, timer -> {
            loop.checkProgress();
            connections.check();
        });
        List<ClientServer> servers = new ArrayList<>();
        servers.add(new ClientServer(vertx, own, loop, connections, parts.settings(), clearText));
        if (tls != null) {
            servers.add(new ClientServer(vertx, own, loop, connections, parts.settings(), tls));
        }
        List<LoopGuest.Seat> seats = new ArrayList<>();
        running = new Running(vertx, own, loop, servers, seats);
        LoopHost host = new LoopHost(vertx, loop);
        List<Future<?>> opened = new ArrayList<>();
        guests.forEach(guest -> opened.add(guest.open(host).onSuccess(seats::add)));
        servers.forEach(server -> opened.add(server.listen()));
        return Future.all(opened);
    }

    private Running running() {
        Running now = running;
        if (now == null) {
            throw new IllegalStateException("the proxy's event loop has not started");
        }
        return now;
    }

    int port() {
        return running().servers().getFirst().port();
    }

    int tlsPort() {
        if (tls == null) {
            throw new IllegalStateException("the proxy has no port for TLS");
        }
        return running().servers().getLast().port();
    }

    Future<Boolean> use(TlsCertificate certificate) {
        return tls == null
                ? Future.succeededFuture(false)
                : running().servers().getLast().use(certificate);
    }

    /// Tells clients to go elsewhere, and after the delay accepts no more connections and no more requests on old ones;
    /// done when all are closed, which is when the requests in progress are finished, or when the time is over.
    Future<Void> drain(Duration delay, Duration atMost) {
        Running now = running();
        Promise<Void> drained = Promise.promise();
        now.context().runOnContext(ignored -> {
            now.loop().drain();
            now.vertx().setTimer(Math.max(1, delay.toMillis()), begun -> close(now, atMost, drained));
        });
        return drained.future();
    }

    private void close(Running now, Duration atMost, Promise<Void> drained) {
        now.seats().forEach(seat -> seat.drain(atMost));
        Future<?> closed = Future.join(now.servers().stream()
                .map(server -> server.shutdown(atMost.toMillis()))
                .toList());
        long startedNanos = parts.nanoTime().getAsLong();
        now.vertx().setPeriodic(CHECK_DRAINED_MS, timer -> {
            boolean late = parts.nanoTime().getAsLong() - startedNanos > atMost.toNanos();
            boolean done = now.loop().inProgress() == 0 && closed.isComplete();
            if ((done || late) && now.vertx().cancelTimer(timer)) {
                now.loop().abandonAll();
                drained.complete();
            }
        });
    }
}
