package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What one tenant used in one UTC hour, being added up. Adding commutes: the same events in any order that keeps each
/// void behind its original, folded from the log or from raw rows, give the same bucket; only which routes have a part
/// of their own follows from the log's order (`RouteTotals`). What a tenant stores is no sum and lives in
/// `StorageTimeline`.
///
/// A void is subtracted from everything but `eventCount`, which counts rows: with its original it leaves the bucket as
/// if neither had been, but for count, fingerprint and position. A void without an original, which no intake makes, may
/// leave less than nothing, and that is published as nothing.
///
/// Sums saturate at 2^63-1 instead of wrapping, which no honest traffic reaches, and then stay there.
///
/// Mutable; one thread owns an instance.
public final class Bucket {

    private final String tenantId;
    private final long hourMs;
    private long eventCount;
    private long totalRequests;
    private long billableRequests;
    private long successfulRequests;
    private long failedRequests;
    private long aiRequests;
    private long units;
    private long totalDurationMs;
    private long totalDbQueries;
    private long totalBytesSent;
    private long totalBytesReceived;
    private long fingerprint;
    private long logPosition;
    private @Nullable RouteTotals routes = new RouteTotals();
    private @Nullable QuantileSketch durations;

    /// Empty.
    ///
    /// @param hourMs epoch milliseconds of the hour's start
    public Bucket(String tenantId, long hourMs) {
        this.tenantId = tenantId;
        this.hourMs = hourMs;
    }

    /// Adds one event, in the order of the log.
    ///
    /// @param eventFingerprint by `EventFingerprint`
    /// @param position where the event stands in the log
    public void add(Measurement event, long eventFingerprint, long position) {
        int counts = event.counts();
        eventCount++;
        units = sum(units, event.signedUnits());
        totalDbQueries = sum(totalDbQueries, counts * event.dbQueryCount());
        totalBytesSent = sum(totalBytesSent, counts * event.bytesSent());
        totalBytesReceived = sum(totalBytesReceived, counts * event.bytesReceived());
        fingerprint += eventFingerprint;
        touch(position);
        if (routes != null) {
            routes.add(event);
        }
        if (event.eventType().isRequest()) {
            addRequest(event, counts);
        }
    }

    private void addRequest(Measurement event, int counts) {
        totalRequests += counts;
        if (event.isBillable()) {
            billableRequests += counts;
        }
        if (event.eventType() == EventType.AI_REQUEST) {
            aiRequests += counts;
        }
        if (event.hasSucceeded()) {
            successfulRequests += counts;
        } else if (event.hasFailed()) {
            failedRequests += counts;
        }
        totalDurationMs = sum(totalDurationMs, counts * event.durationMs());
        sketch(event);
    }

    private void sketch(Measurement event) {
        QuantileSketch sketch = durations;
        if (event.isVoid()) {
            if (sketch != null) {
                sketch.remove(event.durationMs());
                durations = sketch.count() == 0 ? null : sketch;
            }
            return;
        }
        if (sketch == null) {
            sketch = new QuantileSketch();
            durations = sketch;
        }
        sketch.record(event.durationMs());
    }

    /// Raises the revision: the bucket now also tells of something at `position`, such as storage carried forward.
    public void touch(long position) {
        logPosition = Math.max(logPosition, position);
    }

    public HourKey key() {
        return new HourKey(tenantId, hourMs);
    }

    public long logPosition() {
        return logPosition;
    }

    /// The bucket as it is published.
    ///
    /// @param storageBytes what the tenant stores as of this hour; null when it never said
    public HourlyBucket toHourly(HourOwner owner, @Nullable Long storageBytes) {
        QuantileSketch sketch = durations;
        return new HourlyBucket(
                tenantId,
                Instant.ofEpochMilli(hourMs),
                eventCount,
                atLeastNone(totalRequests),
                atLeastNone(billableRequests),
                atLeastNone(successfulRequests),
                atLeastNone(failedRequests),
                atLeastNone(aiRequests),
                atLeastNone(units),
                atLeastNone(totalDurationMs),
                sketch == null ? null : sketch.percentileMs(50),
                sketch == null ? null : sketch.percentileMs(95),
                sketch == null ? null : sketch.percentileMs(99),
                atLeastNone(totalDbQueries),
                atLeastNone(totalBytesSent),
                atLeastNone(totalBytesReceived),
                storageBytes,
                fingerprint,
                logPosition,
                owner,
                sketch == null ? new byte[0] : sketch.toBytes(),
                routes == null ? List.of() : routes.toUsages());
    }

    /// A published bucket, to be added to; what it stores is not kept.
    public static Bucket of(HourlyBucket hourly) {
        Bucket bucket = new Bucket(hourly.tenantId(), hourly.hourBucket().toEpochMilli());
        bucket.eventCount = hourly.eventCount();
        bucket.totalRequests = hourly.totalRequests();
        bucket.billableRequests = hourly.billableRequests();
        bucket.successfulRequests = hourly.successfulRequests();
        bucket.failedRequests = hourly.failedRequests();
        bucket.aiRequests = hourly.aiRequests();
        bucket.units = hourly.units();
        bucket.totalDurationMs = hourly.totalDurationMs();
        bucket.totalDbQueries = hourly.totalDbQueries();
        bucket.totalBytesSent = hourly.totalBytesSent();
        bucket.totalBytesReceived = hourly.totalBytesReceived();
        bucket.fingerprint = hourly.fingerprint();
        bucket.logPosition = hourly.logPosition();
        boolean told = !hourly.routes().isEmpty() || hourly.eventCount() == 0;
        bucket.routes = told ? RouteTotals.of(hourly.routes()) : null;
        byte[] sketch = hourly.sketch();
        bucket.durations = sketch.length == 0 ? null : QuantileSketch.fromBytes(sketch);
        return bucket;
    }

    /// The form for local state, without the key.
    public byte[] toState() {
        return new BucketState(numbers(), routes, durations).write();
    }

    /// Reads `toState`.
    public static Bucket fromState(HourKey key, byte[] state) {
        Bucket bucket = new Bucket(key.tenantId(), key.hourMs());
        BucketState read = BucketState.read(state, bucket.numbers().length);
        bucket.take(read.numbers());
        bucket.routes = read.routes();
        bucket.durations = read.durations();
        return bucket;
    }

    private long[] numbers() {
        return new long[] {
            eventCount,
            totalRequests,
            billableRequests,
            successfulRequests,
            failedRequests,
            aiRequests,
            units,
            totalDurationMs,
            totalDbQueries,
            totalBytesSent,
            totalBytesReceived,
            fingerprint,
            logPosition
        };
    }

    private void take(long[] numbers) {
        int i = 0;
        eventCount = numbers[i++];
        totalRequests = numbers[i++];
        billableRequests = numbers[i++];
        successfulRequests = numbers[i++];
        failedRequests = numbers[i++];
        aiRequests = numbers[i++];
        units = numbers[i++];
        totalDurationMs = numbers[i++];
        totalDbQueries = numbers[i++];
        totalBytesSent = numbers[i++];
        totalBytesReceived = numbers[i++];
        fingerprint = numbers[i++];
        logPosition = numbers[i];
    }

    /// Saturates, as said above.
    static long sum(long total, long change) {
        if (total == Long.MAX_VALUE) {
            return total;
        }
        long sum = total + change;
        return total > 0 && change > 0 && sum < 0 ? Long.MAX_VALUE : sum;
    }

    static long atLeastNone(long total) {
        return Math.max(0, total);
    }
}
