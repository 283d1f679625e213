package dev.tollgate.gateway.admission;

import java.util.concurrent.TimeUnit;

/// Estimates a tenant's tokens per second. Adapts within a quarter of a second. Not safe for use by several threads.
final class RateMeter {

    private static final long ADAPT_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private long since;
    private long tokens;
    private double perSecond;

    RateMeter(long nowNanos) {
        since = nowNanos;
    }

    void add(long count) {
        tokens += count;
    }

    /// The estimate after taking in what was added since the last call.
    long perSecond(long nowNanos) {
        long elapsed = Math.max(1, nowNanos - since);
        double latest = tokens * 1e9 / elapsed;
        double weight = Math.min(1.0, (double) elapsed / ADAPT_NANOS);
        perSecond += (latest - perSecond) * weight;
        since = nowNanos;
        tokens = 0;
        return Math.round(perSecond);
    }
}
