package dev.tollgate.aggregator.fold;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.RouteUsage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.ToLongFunction;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;

class BucketProperties {

    private static final Instant HOUR = Instant.parse("2026-11-24T03:00:00Z");
    private static final String TENANT = "tenant";

    private final EventFingerprint fingerprint = new EventFingerprint();

    @Property(tries = 60)
    void givesTheSameBytesInAnyOrderExceptForTheFirstRoutes(
            @ForAll @IntRange(min = 1, max = 400) int count, @ForAll long seed) {
        List<RequestEvent> events = events(count, seed);
        List<Integer> order = new ArrayList<>(IntStream.range(0, count).boxed().toList());
        Bucket straight = fold(empty(), events, order);
        Collections.shuffle(order, new Random(seed));
        Bucket shuffled = fold(empty(), events, order);
        assertThat(withoutRoutes(shuffled)).isEqualTo(withoutRoutes(straight));
    }

    @Property(tries = 60)
    void givesTheSameBytesThroughAnyStoredForm(@ForAll @IntRange(min = 1, max = 400) int count, @ForAll long seed) {
        List<RequestEvent> events = events(count, seed);
        List<Integer> order = IntStream.range(0, count).boxed().toList();
        Bucket straight = fold(empty(), events, order);
        Random random = new Random(seed);
        Bucket stored = empty();
        for (int index : order) {
            fold(stored, events, List.of(index));
            stored = switch (random.nextInt(4)) {
                case 0 -> Bucket.fromState(stored.key(), stored.toState());
                case 1 -> Bucket.of(BucketCodec.decode(bytes(stored)));
                default -> stored;
            };
        }
        assertThat(bytes(stored)).isEqualTo(bytes(straight));
        assertThat(stored.toState()).isEqualTo(straight.toState());
    }

    @Property(tries = 60)
    void itsRoutesAddUpToIt(@ForAll @IntRange(min = 1, max = 400) int count, @ForAll long seed) {
        List<RequestEvent> events = new ArrayList<>(events(count, seed));
        Events voiding = new Events("intake-x.0", seed + 1);
        for (int i = 0; i < count; i += 5) {
            events.add(voiding.voidOf(events.get(i)));
        }
        List<Integer> order = IntStream.range(0, events.size()).boxed().toList();
        HourlyBucket hourly = fold(empty(), events, order).toHourly(HourOwner.STREAM, null);
        assertThat(hourly.routes()).hasSizeLessThanOrEqualTo(RouteUsage.PARTS_MAX);
        assertThat(sum(hourly, RouteUsage::events)).isEqualTo(hourly.eventCount());
        assertThat(sum(hourly, RouteUsage::requests)).isEqualTo(hourly.totalRequests());
        assertThat(sum(hourly, RouteUsage::billable)).isEqualTo(hourly.billableRequests());
        assertThat(sum(hourly, RouteUsage::successful)).isEqualTo(hourly.successfulRequests());
        assertThat(sum(hourly, RouteUsage::failed)).isEqualTo(hourly.failedRequests());
        assertThat(sum(hourly, RouteUsage::units)).isEqualTo(hourly.units());
        assertThat(sum(hourly, RouteUsage::totalDurationMs)).isEqualTo(hourly.totalDurationMs());
        assertThat(sum(hourly, RouteUsage::bytesSent)).isEqualTo(hourly.totalBytesSent());
        assertThat(sum(hourly, RouteUsage::bytesReceived)).isEqualTo(hourly.totalBytesReceived());
    }

    private static long sum(HourlyBucket hourly, ToLongFunction<RouteUsage> part) {
        return hourly.routes().stream().mapToLong(part).sum();
    }

    @Property(tries = 80)
    void aLogWithVoidsFoldsToTheLogWithoutThePairs(@ForAll @IntRange(min = 1, max = 200) int count, @ForAll long seed) {
        List<RequestEvent> events = events(count, seed);
        Events voiding = new Events("intake-x.0", seed + 1);
        Random random = new Random(seed);
        Bucket kept = empty();
        Bucket all = empty();
        List<RequestEvent> waiting = new ArrayList<>();
        long rows = 0;
        for (RequestEvent event : events) {
            boolean voided = random.nextInt(3) > 0;
            if (voided) {
                waiting.add(voiding.voidOf(event));
            } else {
                kept.add(Measurement.of(event), 0, count);
            }
            rows += add(all, event);
            while (!waiting.isEmpty() && random.nextInt(3) == 0) {
                rows += add(all, waiting.remove(random.nextInt(waiting.size())));
            }
            all = random.nextInt(10) == 0 ? Bucket.fromState(all.key(), all.toState()) : all;
        }
        for (RequestEvent left : waiting) {
            rows += add(all, left);
        }
        all.touch(count);
        kept.touch(count);
        HourlyBucket without = kept.toHourly(HourOwner.STREAM, null);
        HourlyBucket with = all.toHourly(HourOwner.STREAM, null);
        assertThat(with.eventCount()).isEqualTo(rows);
        assertThat(with)
                .usingRecursiveComparison()
                .ignoringFields("eventCount", "routes")
                .isEqualTo(without);
    }

    /// Answers the rows added. Fingerprints do not cancel, so they are left out here.
    private static long add(Bucket bucket, RequestEvent event) {
        bucket.add(Measurement.of(event), 0, 1);
        return 1;
    }

    @Property(tries = 40)
    void mergedSketchesAreTheSketchOfAll(@ForAll @IntRange(min = 1, max = 400) int count, @ForAll long seed) {
        Random random = new Random(seed);
        QuantileSketch all = new QuantileSketch();
        QuantileSketch left = new QuantileSketch();
        QuantileSketch right = new QuantileSketch();
        for (int i = 0; i < count; i++) {
            long durationMs = random.nextLong(random.nextBoolean() ? 300 : 5_000_000);
            all.record(durationMs);
            (random.nextBoolean() ? left : right).record(durationMs);
        }
        QuantileSketch merged = QuantileSketch.fromBytes(left.toBytes());
        merged.add(QuantileSketch.fromBytes(right.toBytes()));
        assertThat(merged.toBytes()).isEqualTo(all.toBytes());
    }

    @Property(tries = 40)
    void percentilesAreWithinOnePercentOfTheRanked(@ForAll @IntRange(min = 1, max = 300) int count, @ForAll long seed) {
        Random random = new Random(seed);
        QuantileSketch sketch = new QuantileSketch();
        List<Long> durations = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            long durationMs = random.nextLong(QuantileSketch.SKETCHED_MS_MAX);
            durations.add(durationMs);
            sketch.record(durationMs);
        }
        Collections.sort(durations);
        for (int percentile : new int[] {50, 95, 99}) {
            long ranked = durations.get((count * percentile + 99) / 100 - 1);
            assertThat(sketch.percentileMs(percentile)).isBetween(ranked, ranked + ranked / 100 + 1);
        }
    }

    private Bucket fold(Bucket bucket, List<RequestEvent> events, List<Integer> order) {
        for (int index : order) {
            RequestEvent event = events.get(index);
            bucket.add(Measurement.of(event), fingerprint.of(event), 1_000 + index);
        }
        return bucket;
    }

    private static byte[] bytes(Bucket bucket) {
        return BucketCodec.encode(bucket.toHourly(HourOwner.STREAM, null));
    }

    private static String withoutRoutes(Bucket bucket) {
        String json = new String(bytes(bucket), StandardCharsets.UTF_8);
        return json.substring(0, json.indexOf(",\"routes\":"));
    }

    private static Bucket empty() {
        return new Bucket(TENANT, HOUR.toEpochMilli());
    }

    private static List<RequestEvent> events(int count, long seed) {
        Events source = new Events("lane.0", seed);
        return IntStream.range(0, count)
                .mapToObj(i -> source.any(TENANT, HOUR.plusMillis(i)))
                .toList();
    }
}
