package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.Route;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.DistributionSummary;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/// What the proxy counts. Labels are names of routes and status codes, never tenants. Safe for all threads.
public final class ProxyMetrics {

    private record RouteStatus(String route, int status) {}

    private final MeterRegistry registry;
    private final Map<RouteStatus, Timer> requests = new ConcurrentHashMap<>();
    private final Map<Integer, Counter> refusals = new ConcurrentHashMap<>();
    private final DistributionSummary sentBytes;
    private final DistributionSummary receivedBytes;
    private final Counter unrecorded;
    private final Counter badQueryCounts;
    private final Counter surplusBytes;
    private final UpstreamMetrics upstream;

    public ProxyMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.sentBytes = DistributionSummary.builder("tollgate.gateway.response.body")
                .baseUnit("bytes")
                .register(registry);
        this.receivedBytes = DistributionSummary.builder("tollgate.gateway.request.body")
                .baseUnit("bytes")
                .register(registry);
        this.unrecorded = registry.counter("tollgate.gateway.requests.unrecorded");
        this.badQueryCounts = registry.counter("tollgate.gateway.query.count.headers.invalid");
        this.surplusBytes = registry.counter("tollgate.gateway.upstream.connections.spoiled");
        this.upstream = new UpstreamMetrics(registry);
    }

    void finished(Route route, int status, long durationMs, long sent, long received) {
        requests.computeIfAbsent(new RouteStatus(route.name(), status), this::timer)
                .record(durationMs, TimeUnit.MILLISECONDS);
        sentBytes.record(sent);
        receivedBytes.record(received);
    }

    private Timer timer(RouteStatus labels) {
        return Timer.builder("tollgate.gateway.requests")
                .tag("route", labels.route())
                .tag("status", Integer.toString(labels.status()))
                .register(registry);
    }

    void refused(int status) {
        refusals.computeIfAbsent(
                        status,
                        code -> registry.counter("tollgate.gateway.requests.refused", "status", Integer.toString(code)))
                .increment();
    }

    /// A request was admitted although the journal had no room for its event.
    void unrecorded() {
        unrecorded.increment();
    }

    void badQueryCount() {
        badQueryCounts.increment();
    }

    /// An upstream sent bytes for which no request waits; the connection is given up.
    void surplusBytes() {
        surplusBytes.increment();
    }

    UpstreamMetrics upstream() {
        return upstream;
    }
}
