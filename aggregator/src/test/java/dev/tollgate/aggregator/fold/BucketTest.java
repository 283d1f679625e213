package dev.tollgate.aggregator.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

class BucketTest {

    private final Bucket bucket = new Bucket("tenant", 0);

    @Test
    void countsWhatTheColumnsSay() {
        add(EventType.API_REQUEST, 200, 1, 10);
        add(EventType.API_REQUEST, 302, 1, 20);
        add(EventType.API_REQUEST, 404, 0, 30);
        add(EventType.AI_REQUEST, 503, 5, 41);
        add(EventType.DB_QUERY, 0, 1, 1_000);
        HourlyBucket hourly = bucket.toHourly(HourOwner.STREAM, 7L);

        assertThat(hourly.eventCount()).isEqualTo(5);
        assertThat(hourly.totalRequests()).isEqualTo(4);
        assertThat(hourly.billableRequests()).isEqualTo(3);
        assertThat(hourly.successfulRequests()).isEqualTo(1);
        assertThat(hourly.failedRequests()).isEqualTo(2);
        assertThat(hourly.aiRequests()).isEqualTo(1);
        assertThat(hourly.units()).isEqualTo(8);
        assertThat(hourly.totalDurationMs()).isEqualTo(101);
        assertThat(hourly.avgDurationMs()).isEqualTo(25);
        assertThat(hourly.p50DurationMs()).isEqualTo(20);
        assertThat(hourly.p99DurationMs()).isEqualTo(41);
        assertThat(hourly.storageBytes()).isEqualTo(7);
    }

    @Test
    void hasNoPercentilesWithoutRequests() {
        add(EventType.DB_QUERY, 0, 1, 1_000);
        HourlyBucket hourly = bucket.toHourly(HourOwner.STREAM, null);
        assertThat(hourly.p50DurationMs()).isNull();
        assertThat(hourly.sketch()).isEmpty();
    }

    @Test
    void publishesAVoidWithoutItsOriginalAsNothing() {
        add(EventType.DB_QUERY, 0, 1, 1);
        bucket.add(new Measurement(new UUID(0, 9), EventType.AI_REQUEST, 0, 7, 50, 9, 200, 9, 9, null, true), 1, 1);
        HourlyBucket hourly = bucket.toHourly(HourOwner.STREAM, null);
        assertThat(hourly.eventCount()).isEqualTo(2);
        assertThat(hourly.units()).isZero();
        assertThat(hourly.totalRequests()).isZero();
        assertThat(hourly.sketch()).isEmpty();
    }

    @Test
    void saturatesInsteadOfWrapping() {
        long most = (1L << 53) - 1;
        for (int i = 0; i < 1_100; i++) {
            bucket.add(new Measurement(new UUID(0, i), EventType.DB_QUERY, 0, 1, 0, most, 0, most, most, null), 1, i);
        }
        HourlyBucket hourly = bucket.toHourly(HourOwner.STREAM, null);
        assertThat(hourly.totalBytesSent()).isEqualTo(Long.MAX_VALUE);
        assertThat(hourly.totalDbQueries()).isEqualTo(Long.MAX_VALUE);
    }

    @Test
    void publishesWhatHdrHistogramReads() throws Exception {
        add(EventType.API_REQUEST, 200, 1, 123_456);
        byte[] sketch = bucket.toHourly(HourOwner.STREAM, null).sketch();
        assertThat(sketch[0]).isEqualTo(HourlyBucket.SKETCH_VERSION);
        Histogram read = Histogram.decodeFromCompressedByteBuffer(
                ByteBuffer.wrap(Arrays.copyOfRange(sketch, 1, sketch.length)), 0);
        assertThat(read.getTotalCount()).isEqualTo(1);
        assertThat(read.valuesAreEquivalent(read.getMaxValue(), 123_456)).isTrue();
    }

    private void add(EventType type, int status, long units, long durationMs) {
        bucket.add(new Measurement(new UUID(0, 0), type, 0, units, durationMs, 2, status, 3, 4, null), 1, 1);
    }
}
