package dev.tollgate.billing.period;

import dev.tollgate.billing.rating.MeteredUsage;

/// What happened in a span. Count, units and fingerprint prove which events it was counted from.
///
/// @param eventCount events of all types
/// @param units their sum over all events
/// @param fingerprint sum of the events' fingerprints, modulo 2^64
/// @param billableRequests requests with units above 0
/// @param aiRequests AI requests with units above 0
/// @param storageBytes the highest of the span's hours, each hour holding the last reported value
/// @param requestCount all requests, also those that cost nothing
/// @param totalDurationMs of those
/// @param failedRequests requests answered with 4xx or 5xx; 0 where nobody asked
public record SpanUsage(
        long eventCount,
        long units,
        long fingerprint,
        long billableRequests,
        long aiRequests,
        long dbQueries,
        long storageBytes,
        long requestCount,
        long totalDurationMs,
        long failedRequests) {

    public static final SpanUsage NONE = new SpanUsage(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// A megabyte of the plans: 1,000 of them are the gigabyte that plans promise.
    public static final long BYTES_PER_MB = 1_000_000;

    /// Both together. Storage is a level and not a flow: the higher one stands.
    public SpanUsage plus(SpanUsage other) {
        return new SpanUsage(
                Math.addExact(eventCount, other.eventCount),
                Math.addExact(units, other.units),
                fingerprint + other.fingerprint,
                Math.addExact(billableRequests, other.billableRequests),
                Math.addExact(aiRequests, other.aiRequests),
                Math.addExact(dbQueries, other.dbQueries),
                Math.max(storageBytes, other.storageBytes),
                Math.addExact(requestCount, other.requestCount),
                Math.addExact(totalDurationMs, other.totalDurationMs),
                Math.addExact(failedRequests, other.failedRequests));
    }

    /// A started megabyte counts as a whole one.
    public long storageMb() {
        return Math.ceilDiv(storageBytes, BYTES_PER_MB);
    }

    /// Of all requests, rounded half up; 0 when there are none.
    public long averageDurationMs() {
        return requestCount == 0 ? 0 : Math.addExact(totalDurationMs, requestCount / 2) / requestCount;
    }

    public MeteredUsage metered() {
        return new MeteredUsage(billableRequests, units, dbQueries, storageMb(), aiRequests);
    }
}
