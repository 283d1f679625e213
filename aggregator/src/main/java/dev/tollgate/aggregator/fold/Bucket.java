package dev.tollgate.aggregator.fold;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// What one tenant used in one UTC hour, being added up. Adding commutes: the same events in any order, folded from the
/// log or from raw rows, give the same bucket. What a tenant stores is no sum and lives in `StorageTimeline`.
///
/// Sums saturate at 2^63-1 instead of wrapping, which no honest traffic reaches; the order still does not matter.
///
/// Mutable; one thread owns an instance.
public final class Bucket {

    private static final byte FORMAT = 1;

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
    private @Nullable QuantileSketch durations;

    /// Empty.
    ///
    /// @param hourMs epoch milliseconds of the hour's start
    public Bucket(String tenantId, long hourMs) {
        this.tenantId = tenantId;
        this.hourMs = hourMs;
    }

    /// Adds one event.
    ///
    /// @param eventFingerprint by `EventFingerprint`
    /// @param position where the event stands in the log
    public void add(Measurement event, long eventFingerprint, long position) {
        eventCount++;
        units = sum(units, event.units());
        totalDbQueries = sum(totalDbQueries, event.dbQueryCount());
        totalBytesSent = sum(totalBytesSent, event.bytesSent());
        totalBytesReceived = sum(totalBytesReceived, event.bytesReceived());
        fingerprint += eventFingerprint;
        touch(position);
        if (event.eventType().isRequest()) {
            addRequest(event);
        }
    }

    private void addRequest(Measurement event) {
        totalRequests++;
        if (event.units() > 0) {
            billableRequests++;
        }
        if (event.eventType() == EventType.AI_REQUEST) {
            aiRequests++;
        }
        int statusClass = event.responseStatus() / 100;
        if (statusClass == 2) {
            successfulRequests++;
        } else if (statusClass == 4 || statusClass == 5) {
            failedRequests++;
        }
        totalDurationMs = sum(totalDurationMs, event.durationMs());
        if (durations == null) {
            durations = new QuantileSketch();
        }
        durations.record(event.durationMs());
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
                totalRequests,
                billableRequests,
                successfulRequests,
                failedRequests,
                aiRequests,
                units,
                totalDurationMs,
                sketch == null ? null : sketch.percentileMs(50),
                sketch == null ? null : sketch.percentileMs(95),
                sketch == null ? null : sketch.percentileMs(99),
                totalDbQueries,
                totalBytesSent,
                totalBytesReceived,
                storageBytes,
                fingerprint,
                logPosition,
                owner,
                sketch == null ? new byte[0] : sketch.toBytes());
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
        byte[] sketch = hourly.sketch();
        bucket.durations = sketch.length == 0 ? null : QuantileSketch.fromBytes(sketch);
        return bucket;
    }

    /// The form for local state, without the key.
    public byte[] toState() {
        return BucketState.write(FORMAT, numbers(), durations);
    }

    /// Reads `toState`.
    public static Bucket fromState(HourKey key, byte[] state) {
        Bucket bucket = new Bucket(key.tenantId(), key.hourMs());
        BucketState read = BucketState.read(FORMAT, state, bucket.numbers().length);
        bucket.take(read.numbers());
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

    /// Of two numbers that are not negative.
    private static long sum(long a, long b) {
        long sum = a + b;
        return sum < 0 ? Long.MAX_VALUE : sum;
    }
}
