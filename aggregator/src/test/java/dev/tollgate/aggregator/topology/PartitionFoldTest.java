package dev.tollgate.aggregator.topology;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.testing.EmittedTables;
import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.MemoryState;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.RequestEvent;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;

class PartitionFoldTest {

    private static final Instant NOON = Instant.parse("2026-11-24T12:00:00Z");
    private static final String TENANT = "tenant";
    private static final int WORKING_HOURS = 16;

    private final MemoryState state = new MemoryState();
    private final EmittedTables output = new EmittedTables();
    private final FoldCounters counters = new FoldCounters();
    private final Events events = new Events("lane.0", 1);
    private final PartitionFold fold = new PartitionFold(state, output, counters, WORKING_HOURS);
    private long offset;

    @Property(tries = 25)
    void theSameLogGivesTheSameBucketsWhateverRestartsHappen(@ForAll long seed) {
        List<Entry> log = log(seed);
        EmittedTables straight = new EmittedTables();
        PartitionFold undisturbed = new PartitionFold(new MemoryState(), straight, counters, 1_000);
        log.forEach(entry -> entry.feed(undisturbed));
        undisturbed.flush();

        assertThat(straight.text()).contains("\"route\":\"other\"", "\"route\":\"none\"", "\"sketch\":");
        assertThat(runWithKills(log, new SplittableRandom(seed)).text()).isEqualTo(straight.text());
    }

    /// Commits now and then, dies now and then; after a death all goes on from the last commit.
    private EmittedTables runWithKills(List<Entry> log, SplittableRandom random) {
        EmittedTables tables = new EmittedTables();
        MemoryState committed = new MemoryState();
        MemoryState live = committed.copy();
        PartitionFold running = new PartitionFold(live, tables, counters, WORKING_HOURS);
        int committedTo = 0;
        for (int i = 0; i < log.size(); ) {
            log.get(i++).feed(running);
            int chance = random.nextInt(60);
            if (chance < 3) {
                running.flush();
                committed = live.copy();
                committedTo = i;
            } else if (chance == 3) {
                live = committed.copy();
                running = new PartitionFold(live, tables, counters, WORKING_HOURS);
                i = committedTo;
            }
        }
        running.flush();
        return tables;
    }

    /// Two weeks of two sources, busy and idle hours: more routes than an hour tells apart, repeats, late and early
    /// events, voids, rubbish, storage reports out of order.
    private static List<Entry> log(long seed) {
        SplittableRandom random = new SplittableRandom(seed);
        Events[] sources = {new Events("a.0", seed), new Events("b.0", seed + 1)};
        List<Entry> log = new ArrayList<>();
        List<RequestEvent> voidable = new ArrayList<>();
        Instant broker = NOON;
        for (int i = 0; i < 1_500; i++) {
            broker = broker.plusSeconds(random.nextInt(20) == 0 ? random.nextLong(9 * 3_600) : random.nextLong(20));
            byte[] value;
            int kind = random.nextInt(20);
            if (kind == 0 && !log.isEmpty()) {
                value = log.get(random.nextInt(log.size())).value;
            } else if (kind == 1) {
                value = "{\"source\":\"a.0\",\"sequence\":7}".getBytes(StandardCharsets.UTF_8);
            } else if (kind == 3 && !voidable.isEmpty()) {
                RequestEvent voided = voidable.remove(random.nextInt(voidable.size()));
                value = EventCodec.encode(sources[1].voidOf(voided));
            } else {
                long hoursBack = kind == 2 ? random.nextLong(200) : kind < 6 ? random.nextLong(4) - 1 : 0;
                Instant time = broker.minus(Duration.ofHours(hoursBack));
                RequestEvent event = sources[random.nextInt(2)].any("t" + random.nextInt(3) / 2, time);
                voidable.add(event);
                value = EventCodec.encode(event);
            }
            log.add(new Entry(value, LogPosition.of(1, i), broker.toEpochMilli()));
        }
        return log;
    }

    private record Entry(byte[] value, long position, long brokerTimeMs) {
        void feed(PartitionFold fold) {
            fold.accept(value, position, brokerTimeMs);
        }
    }

    @Example
    void emitsEachChangedBucketOncePerFlush() {
        for (int i = 0; i < 50; i++) {
            take(events.request(TENANT, NOON.plusSeconds(i)), NOON.plusSeconds(i));
        }
        fold.flush();
        fold.flush();
        assertThat(output.emissions()).isEqualTo(1);
    }

    @Example
    void tellsFreshChangesFromOnesOfAnOldLog() {
        long noonMs = NOON.toEpochMilli();
        assertThat(fold.holdsChangesSince(noonMs)).isFalse();
        take(events.request(TENANT, NOON), NOON);
        assertThat(fold.holdsChangesSince(noonMs)).isTrue();
        assertThat(fold.holdsChangesSince(noonMs + 1)).isFalse();
        fold.flush();
        assertThat(fold.holdsChangesSince(noonMs)).isFalse();
    }

    @Example
    void touchesTheStoreOncePerKeyAndCommit() {
        for (int i = 0; i < 200; i++) {
            Instant time = NOON.plusSeconds(3_600L * (i % 2) + i);
            take(events.request("t" + i % 3, time), NOON.plusSeconds(4_000));
        }
        fold.flush();
        fold.flush();
        int hours = 2 * 3;
        int sources = 1;
        int tenants = 3;
        assertThat(state.reads()).isEqualTo(hours + sources + tenants + 1);
        assertThat(state.writes()).isEqualTo(hours + sources + 1);
        assertThat(output.emissions()).isEqualTo(hours);
    }

    @Example
    void givesAnHourToTheRawTableAfter72Hours() {
        take(events.request(TENANT, NOON), NOON.plus(Duration.ofHours(73)).minusMillis(1));
        fold.flush();
        assertThat(output.staleReasons()).isEmpty();

        take(events.request(TENANT, NOON), NOON.plus(Duration.ofHours(73)));
        fold.flush();
        assertThat(output.staleReasons()).containsOnly(Map.entry(hour(NOON), StaleReason.LATE));
        assertThat(output.bucketOf(hour(NOON)).eventCount()).isEqualTo(1);
    }

    @Example
    void ownsNoHourThatBeganBeforeItsState() {
        offset = 5;
        take(events.request(TENANT, NOON.plusSeconds(600)), NOON.plusSeconds(600));
        take(events.request(TENANT, NOON.plusSeconds(3_600)), NOON.plusSeconds(3_601));
        fold.flush();
        assertThat(output.staleReasons()).containsOnly(Map.entry(hour(NOON), StaleReason.NO_STATE));
        assertThat(output.bucketOf(hour(NOON.plusSeconds(3_600)))).isNotNull();
    }

    @Example
    void forgetsHoursThatItNoLongerOwns() {
        for (int i = 0; i < 24 * 30; i++) {
            Instant time = NOON.plus(Duration.ofHours(i));
            take(events.request(TENANT, time), time);
        }
        fold.flush();
        assertThat(state.bucketCount()).isLessThanOrEqualTo(72 + 24 + 1);
    }

    @Example
    void carriesStorageIntoLaterHours() {
        Instant nextHour = NOON.plus(Duration.ofHours(1));
        take(events.storage(TENANT, NOON.plusSeconds(10), 100), NOON.plusSeconds(10));
        take(events.request(TENANT, nextHour), nextHour);
        fold.flush();
        assertThat(output.bucketOf(hour(nextHour)).storageBytes()).isEqualTo(100);

        take(events.storage(TENANT, NOON.plusSeconds(20), 300), nextHour.plusSeconds(5));
        take(events.storage(TENANT, NOON.plusSeconds(15), 200), nextHour.plusSeconds(6));
        fold.flush();
        assertThat(output.bucketOf(hour(NOON)).storageBytes()).isEqualTo(300);
        assertThat(output.bucketOf(hour(nextHour)).storageBytes()).isEqualTo(300);
        assertThat(output.bucketOf(hour(nextHour)).logPosition()).isEqualTo(LogPosition.of(1, 2));
    }

    private void take(RequestEvent event, Instant brokerTime) {
        fold.accept(EventCodec.encode(event), LogPosition.of(1, offset++), brokerTime.toEpochMilli());
    }

    private static HourKey hour(Instant time) {
        return new HourKey(TENANT, Hours.floor(time.toEpochMilli()));
    }
}
