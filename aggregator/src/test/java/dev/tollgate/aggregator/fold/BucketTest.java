package dev.tollgate.aggregator.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RouteUsage;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;
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
    void tellsTheFirstRoutesApart() {
        add(EventType.API_REQUEST, 200, 1, 10, "a");
        add(EventType.DB_QUERY, 0, 1, 1_000, null);
        for (int i = 2; i <= RouteUsage.ROUTES_MAX; i++) {
            add(EventType.API_REQUEST, 200, 1, 10, "r" + i);
        }
        add(EventType.AI_REQUEST, 500, 7, 30, "a");
        add(EventType.API_REQUEST, 404, 0, 5, "too late");
        add(EventType.API_REQUEST, 404, 3, 6, RouteUsage.OTHER);
        add(EventType.API_REQUEST, 302, 0, 8, "");
        List<RouteUsage> routes = bucket.toHourly(HourOwner.STREAM, null).routes();

        assertThat(routes).hasSize(RouteUsage.PARTS_MAX);
        assertThat(routes.getFirst()).isEqualTo(new RouteUsage("a", 2, 2, 2, 1, 1, 8, 40, 6, 8));
        assertThat(routes.get(RouteUsage.ROUTES_MAX - 1).route()).isEqualTo("r" + RouteUsage.ROUTES_MAX);
        assertThat(routes.get(RouteUsage.ROUTES_MAX)).isEqualTo(new RouteUsage("none", 2, 1, 0, 0, 0, 1, 8, 6, 8));
        assertThat(routes.getLast()).isEqualTo(new RouteUsage("other", 2, 2, 1, 0, 2, 3, 11, 6, 8));
    }

    @Test
    void hasNoRoutesWhenItsFirstEventsCameBeforeThem() {
        add(EventType.API_REQUEST, 200, 1, 10);
        byte[] numbers = Arrays.copyOf(bucket.toState(), 1 + 13 * Long.BYTES);
        numbers[0] = 1;
        Bucket older = Bucket.fromState(bucket.key(), numbers);
        older.add(new Measurement(new UUID(0, 1), EventType.DB_QUERY, 0, 1, 0, 0, 0, 0, 0, null, "a", false), 1, 2);

        HourlyBucket hourly = Bucket.fromState(older.key(), older.toState()).toHourly(HourOwner.STREAM, null);
        assertThat(hourly.eventCount()).isEqualTo(2);
        assertThat(hourly.routes()).isEmpty();
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
        bucket.add(
                new Measurement(new UUID(0, 9), EventType.AI_REQUEST, 0, 7, 50, 9, 200, 9, 9, null, "things", true),
                1,
                1);
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
            bucket.add(
                    new Measurement(
                            new UUID(0, i), EventType.DB_QUERY, 0, 1, 0, most, 0, most, most, null, null, false),
                    1,
                    i);
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
        add(type, status, units, durationMs, "things");
    }

    private void add(EventType type, int status, long units, long durationMs, @Nullable String route) {
        bucket.add(
                new Measurement(new UUID(0, 0), type, 0, units, durationMs, 2, status, 3, 4, null, route, false), 1, 1);
    }
}
