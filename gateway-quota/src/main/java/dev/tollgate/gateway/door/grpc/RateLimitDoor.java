package dev.tollgate.gateway.door.grpc;

import dev.tollgate.gateway.door.DoorFields;
import dev.tollgate.gateway.door.DoorMeter;
import dev.tollgate.gateway.door.DoorReading;
import dev.tollgate.gateway.door.DoorSettings;
import dev.tollgate.gateway.door.DoorVerdict;
import dev.tollgate.gateway.door.Doorkeeper;
import dev.tollgate.gateway.proxy.ProblemResponse;
import dev.tollgate.gateway.proxy.Refused;
import dev.tollgate.gateway.proxy.vertx.LoopGuest;
import dev.tollgate.gateway.proxy.vertx.LoopHost;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitRequest;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitServiceGrpc;
import io.grpc.Server;
import io.grpc.Status;
import io.grpc.netty.shaded.io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.vertx.core.Future;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// Envoy's rate limit service on a port of its own. A call is read on gRPC's thread and decided on an event loop of the
/// proxy, each in turn. Safe for all threads.
public final class RateLimitDoor implements LoopGuest {

    static final int REQUEST_BYTES_MAX = 64 * 1_024;
    static final int METADATA_BYTES_MAX = 16 * 1_024;

    /// The door's name in metrics.
    static final String DOOR = "rate-limit";

    /// One event loop and who answers on it.
    private record Desk(LoopHost host, Doorkeeper doorkeeper) {}

    private final DoorSettings settings;
    private final DoorMeter meter;
    private final RateLimitRequests requests;
    private final RateLimitResponses responses;
    private final List<Desk> desks = new CopyOnWriteArrayList<>();
    private final AtomicInteger next = new AtomicInteger();
    private final AtomicInteger pending = new AtomicInteger();
    private volatile @Nullable Server server;

    public RateLimitDoor(DoorSettings settings, DoorMeter meter) {
        this.settings = settings;
        this.meter = meter;
        this.requests = new RateLimitRequests(settings);
        this.responses = new RateLimitResponses(new DoorFields(settings.xRateLimit()));
    }

    @Override
    public Future<Seat> open(LoopHost host) {
        desks.add(new Desk(host, new Doorkeeper(host.checkpoint(), host.recorder(), meter, settings.records())));
        return Future.succeededFuture(atMost -> {});
    }

    /// Listens, once the event loops run.
    ///
    /// @param port 0 for any
    public void start(String host, int port) {
        try {
            server = NettyServerBuilder.forAddress(new InetSocketAddress(host, port))
                    .directExecutor()
                    .maxInboundMessageSize(REQUEST_BYTES_MAX)
                    .maxInboundMetadataSize(METADATA_BYTES_MAX)
                    .maxConcurrentCallsPerConnection(settings.pendingMax())
                    .addService(new Service())
                    .build()
                    .start();
        } catch (IOException failed) {
            throw new UncheckedIOException("the rate limit service cannot listen on port " + port, failed);
        }
    }

    public int port() {
        Server started = server;
        return started == null ? -1 : started.getPort();
    }

    /// Accepts no more calls, and returns when those in progress are answered or the time is over. Comes before the
    /// event loops' own drain.
    public void drain(Duration atMost) {
        Server started = server;
        if (started == null) {
            return;
        }
        started.shutdown();
        try {
            if (!started.awaitTermination(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
                started.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            started.shutdownNow();
            Thread.currentThread().interrupt();
        }
    }

    private final class Service extends RateLimitServiceGrpc.RateLimitServiceImplBase {

        @Override
        public void shouldRateLimit(RateLimitRequest request, StreamObserver<RateLimitResponse> to) {
            receive(request, to);
        }
    }

    private void receive(RateLimitRequest request, StreamObserver<RateLimitResponse> to) {
        ServerCallStreamObserver<RateLimitResponse> call = (ServerCallStreamObserver<RateLimitResponse>) to;
        // A call that is cancelled is then no fault: it is asked whether it was.
        call.setOnCancelHandler(() -> {});
        Desk desk = desks.get(Math.floorMod(next.getAndIncrement(), desks.size()));
        if (pending.incrementAndGet() > settings.pendingMax()) {
            pending.decrementAndGet();
            meter.answered(DOOR, 503);
            call.onError(Status.UNAVAILABLE
                    .withDescription("more than " + settings.pendingMax() + " questions are pending")
                    .asRuntimeException());
            return;
        }
        try {
            desk.host().execute(() -> ask(desk, request, call));
        } catch (RuntimeException stopped) {
            pending.decrementAndGet();
            call.onError(Status.UNAVAILABLE
                    .withDescription("the gateway stops")
                    .withCause(stopped)
                    .asRuntimeException());
        }
    }

    private void ask(Desk desk, RateLimitRequest request, ServerCallStreamObserver<RateLimitResponse> call) {
        switch (requests.read(request, call::isCancelled)) {
            case DoorReading.BadQuestion(String reason) -> {
                desk.host().refused(400, Refused.UNKNOWN_TENANT, reason, "-");
                meter.answered(DOOR, 400);
                pending.decrementAndGet();
                call.onError(Status.INVALID_ARGUMENT.withDescription(reason).asRuntimeException());
            }
            case DoorReading.BadRequest(ProblemResponse problem, String path) ->
                refuse(desk, request, call, Refused.of(Refused.UNKNOWN_TENANT, problem), path);
            case DoorReading.Asked(var question) ->
                desk.doorkeeper().ask(question, verdict -> decided(desk, request, call, question.path(), verdict));
        }
    }

    private void decided(
            Desk desk,
            RateLimitRequest request,
            ServerCallStreamObserver<RateLimitResponse> call,
            String path,
            DoorVerdict verdict) {
        switch (verdict) {
            case DoorVerdict.Allowed allowed -> {
                meter.answered(DOOR, 200);
                answer(call, responses.allowed(allowed, request.getDescriptorsCount()));
            }
            case DoorVerdict.Denied(Refused refused) -> refuse(desk, request, call, refused, path);
            case DoorVerdict.Gone gone -> {
                pending.decrementAndGet();
                meter.answered(DOOR, 499);
                desk.host().refused(499, Refused.UNKNOWN_TENANT, "nobody waits any more", path);
            }
        }
    }

    private void refuse(
            Desk desk,
            RateLimitRequest request,
            ServerCallStreamObserver<RateLimitResponse> call,
            Refused refused,
            String path) {
        int status = refused.answer().status();
        desk.host().refused(status, refused.tenantId(), refused.reason(), path);
        meter.answered(DOOR, status);
        answer(call, responses.refused(refused, request.getDescriptorsCount(), path));
    }

    private void answer(ServerCallStreamObserver<RateLimitResponse> call, RateLimitResponse response) {
        pending.decrementAndGet();
        call.onNext(response);
        call.onCompleted();
    }
}
