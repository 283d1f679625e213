package dev.tollgate.schema.contract;

import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one tenant used in one UTC hour.
///
/// @param eventCount events of all types
/// @param totalRequests API and AI requests
/// @param billableRequests requests with units above 0
/// @param successfulRequests requests with a status of 2xx
/// @param failedRequests requests with a status of 4xx or 5xx
/// @param totalDurationMs of requests
/// @param p50DurationMs null, as the other percentiles, when there are no requests
/// @param storageBytes latest `bytesStored`, carried forward from earlier hours; null while never reported
/// @param fingerprint sum of `EventFingerprint` over all events, modulo 2^64
/// @param logPosition position of the last folded event; the bucket's revision
/// @param sketch format version in the first byte, then the mergeable sketch of durations; may be empty
/// @param routes what each route has of the sums, in the order of their first appearance in the log, `OTHER` and `NONE`
///     last; empty when there are no events or the record does not tell
public record HourlyBucket(
        String tenantId,
        Instant hourBucket,
        long eventCount,
        long totalRequests,
        long billableRequests,
        long successfulRequests,
        long failedRequests,
        long aiRequests,
        long units,
        long totalDurationMs,
        @Nullable Long p50DurationMs,
        @Nullable Long p95DurationMs,
        @Nullable Long p99DurationMs,
        long totalDbQueries,
        long totalBytesSent,
        long totalBytesReceived,
        @Nullable Long storageBytes,
        long fingerprint,
        long logPosition,
        HourOwner owner,
        byte[] sketch,
        List<RouteUsage> routes) {

    /// The version of `sketch` in its first byte.
    public static final byte SKETCH_VERSION = 1;

    public HourlyBucket {
        FieldRules.tenantId(tenantId);
        FieldRules.aligned("hourBucket", hourBucket, BucketKey.SECONDS_PER_HOUR);
        notNegative("eventCount", eventCount);
        notNegative("totalRequests", totalRequests);
        notNegative("billableRequests", billableRequests);
        notNegative("successfulRequests", successfulRequests);
        notNegative("failedRequests", failedRequests);
        notNegative("aiRequests", aiRequests);
        notNegative("units", units);
        notNegative("totalDurationMs", totalDurationMs);
        optionalNotNegative("p50DurationMs", p50DurationMs);
        optionalNotNegative("p95DurationMs", p95DurationMs);
        optionalNotNegative("p99DurationMs", p99DurationMs);
        notNegative("totalDbQueries", totalDbQueries);
        notNegative("totalBytesSent", totalBytesSent);
        notNegative("totalBytesReceived", totalBytesReceived);
        optionalNotNegative("storageBytes", storageBytes);
        notNegative("logPosition", logPosition);
        sketch = sketch.clone();
        routes = RouteUsage.parts(routes);
    }

    /// Total over requests, rounded half up; 0 when there are none.
    public long avgDurationMs() {
        if (totalRequests == 0) {
            return 0;
        }
        long quotient = totalDurationMs / totalRequests;
        long remainder = totalDurationMs % totalRequests;
        return remainder >= totalRequests - remainder ? quotient + 1 : quotient;
    }

    public BucketKey key() {
        return new BucketKey(tenantId, hourBucket);
    }

    @Override
    public byte[] sketch() {
        return sketch.clone();
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof HourlyBucket that && Arrays.equals(BucketCodec.encode(this), BucketCodec.encode(that));
    }

    @Override
    public int hashCode() {
        return 31 * tenantId.hashCode() + hourBucket.hashCode();
    }

    private static void optionalNotNegative(String field, @Nullable Long value) {
        if (value != null) {
            notNegative(field, value);
        }
    }

    private static void notNegative(String field, long value) {
        FieldRules.range(field, value, 0, Long.MAX_VALUE);
    }
}
