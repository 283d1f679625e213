package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.proxy.UpstreamTarget;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// What is counted of each target. Safe for all threads.
final class UpstreamMetrics {

    private record Key(UpstreamTarget target, String what) {}

    private final MeterRegistry registry;
    private final Map<Key, Counter> attempts = new ConcurrentHashMap<>();
    private final Map<UpstreamTarget, Counter> setAside = new ConcurrentHashMap<>();
    private final Counter retries;

    UpstreamMetrics(MeterRegistry registry) {
        this.registry = registry;
        this.retries = registry.counter("tollgate.gateway.upstream.retries");
    }

    void answered(UpstreamTarget target) {
        failed(target, "answered");
    }

    void failed(UpstreamTarget target, String outcome) {
        attempts.computeIfAbsent(
                        new Key(target, outcome),
                        key -> registry.counter(
                                "tollgate.gateway.upstream.attempts", "target", target.name(), "outcome", outcome))
                .increment();
    }

    /// An event loop sends the target nothing for a while.
    void setAside(UpstreamTarget target) {
        setAside.computeIfAbsent(
                        target,
                        added -> registry.counter("tollgate.gateway.upstream.set.aside", "target", added.name()))
                .increment();
    }

    void retried() {
        retries.increment();
    }
}
