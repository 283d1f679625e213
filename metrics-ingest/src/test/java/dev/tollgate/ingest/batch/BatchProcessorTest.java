package dev.tollgate.ingest.batch;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.batch.BatchOutcome.Handled;
import dev.tollgate.ingest.batch.BatchOutcome.Moved;
import dev.tollgate.ingest.batch.BatchOutcome.Retry;
import dev.tollgate.ingest.batch.FakeEventStore.Fault;
import dev.tollgate.ingest.store.StoredBatch;
import dev.tollgate.ingest.testing.Events;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.SourceSequences;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BatchProcessorTest {

    private final FakeEventStore store = new FakeEventStore();
    private final List<DeadLetter> letters = new ArrayList<>();
    private final BatchProcessor processor = new BatchProcessor(store, letters::addAll, () -> "topic-1");

    @Test
    void readsOnFromTheStoredOffsetAndDropsWhatWasSeen() {
        assertThat(processor.assign(Set.of(0, 1))).isEqualTo(new Moved(Map.of(0, 0L, 1, 0L), Set.of()));
        assertThat(processor.process(records(0, 0, 1, 2, 2, 1))).isEqualTo(handled(2, 0, 2));
        processor.revoke(Set.of(0));

        assertThat(processor.assign(Set.of(0))).isEqualTo(new Moved(Map.of(0, 4L, 1, 0L), Set.of()));
        assertThat(processor.process(records(0, 4, 2, 3))).isEqualTo(handled(1, 0, 1));
    }

    @Test
    void storesABatchOnceWhetherTheCommitFailedBeforeOrAfterItTookEffect() {
        for (Fault fault : List.of(Fault.BEFORE_COMMIT, Fault.AFTER_COMMIT)) {
            store.rows.clear();
            store.sequences.clear();
            store.claims.clear();
            BatchOutcome assigned = processor.assign(Set.of(0));
            assertThat(assigned).isInstanceOf(Moved.class);
            store.fault = fault;

            assertThat(processor.process(records(0, 0, 1, 2, 3)))
                    .isInstanceOfSatisfying(
                            Retry.class, retry -> assertThat(retry.offsets()).isEqualTo(Map.of(0, 0L)));
            // The next call only settles where to read; its records do not count.
            BatchOutcome settled = processor.process(records(0, 0, 1, 2, 3));
            long stored = fault == Fault.BEFORE_COMMIT ? 0 : 3;
            assertThat(settled).isEqualTo(new Moved(Map.of(0, stored), Set.of()));
            if (stored == 0) {
                assertThat(processor.process(records(0, 0, 1, 2, 3))).isEqualTo(handled(3, 0, 0));
            }
            assertThat(store.rows).hasSize(3);
            processor.revoke(Set.of(0));
        }
    }

    @Test
    void leavesAPartitionAloneOnceItIsTakenAndGoesOnWithTheOthers() {
        assertThat(processor.assign(Set.of(0, 1))).isInstanceOf(Moved.class);
        store.takenByOthers.add(0);
        List<LogRecord> both = new ArrayList<>(records(0, 0, 1));
        both.addAll(records(1, 0, 1));

        assertThat(processor.process(both)).isEqualTo(new Moved(Map.of(1, 0L), Set.of(0)));
        assertThat(processor.process(both)).isEqualTo(handled(1, 0, 0));
        assertThat(store.rows).containsExactly("s.1");

        store.takenByOthers.clear();
        assertThat(processor.assign(Set.of(0))).isEqualTo(new Moved(Map.of(0, 0L, 1, 1L), Set.of()));
    }

    @Test
    void claimsLaterWhatItCouldNotClaimAtAssignment() {
        store.fault = Fault.AWAY;
        assertThat(processor.assign(Set.of(2))).isInstanceOf(Retry.class);
        assertThat(processor.process(records(2, 0, 1))).isInstanceOf(Retry.class);
        store.fault = Fault.NONE;
        assertThat(processor.process(records(2, 0, 1))).isEqualTo(new Moved(Map.of(2, 0L), Set.of()));
        assertThat(processor.process(records(2, 0, 1))).isEqualTo(handled(1, 0, 0));
    }

    @Test
    void startsOverWhenTheLogLostRecordsAndStoresOnlyWhatIsNew() {
        assertThat(processor.assign(Set.of(0))).isInstanceOf(Moved.class);
        assertThat(processor.process(records(0, 0, 1, 2, 3, 4))).isEqualTo(handled(4, 0, 0));
        assertThat(processor.rewind(0, 0)).isEqualTo(new Moved(Map.of(0, 0L), Set.of()));
        assertThat(processor.process(records(0, 0, 1, 2, 5))).isEqualTo(handled(1, 0, 2));
    }

    @Test
    void sendsSequencesThatDoNotFitToTheDeadLetters() {
        assertThat(processor.assign(Set.of(0))).isInstanceOf(Moved.class);
        long[] everyOther = new long[SourceSequences.MISSING_RANGES_MAX + 1];
        for (int i = 0; i < everyOther.length; i++) {
            everyOther[i] = 2L * i + 2;
        }
        int kept = SourceSequences.MISSING_RANGES_MAX;
        assertThat(processor.process(records(0, 0, everyOther))).isEqualTo(handled(kept, 1, 0));
        assertThat(letters).singleElement().satisfies(letter -> {
            assertThat(letter.field()).isEqualTo("sequence");
            assertThat(letter.tenant()).isEqualTo("tenant");
        });
    }

    @Test
    void aPollOfHugeRecordsIsHandledInBatchesOfBoundedMemory() {
        assertThat(processor.assign(Set.of(0))).isInstanceOf(Moved.class);
        List<LogRecord> records = new ArrayList<>();
        byte[] huge = new byte[1 << 20];
        for (int i = 0; i < 40; i++) {
            records.add(new LogRecord(0, 2L * i, Events.TIME.toEpochMilli(), null, huge, all -> {}));
            records.add(record(0, 2L * i + 1, i + 1));
        }
        assertThat(BatchParts.of(records)).hasSize(3);

        assertThat(processor.process(records)).isEqualTo(handled(40, 40, 0));
        assertThat(store.batches).isEqualTo(3);
        assertThat(store.claims)
                .extractingByKey(0)
                .satisfies(claim -> assertThat(claim.nextOffset()).isEqualTo(80));
    }

    @Test
    void aRepeatedDeadLetterIsNotSentAgain() {
        assertThat(processor.assign(Set.of(0))).isInstanceOf(Moved.class);
        String bad = new String(record(0, 0, 1).value(), StandardCharsets.UTF_8).replace("GET", "no method");
        LogRecord letter =
                new LogRecord(0, 0, Events.TIME.toEpochMilli(), null, bad.getBytes(StandardCharsets.UTF_8), all -> {});

        assertThat(processor.process(List.of(letter))).isEqualTo(handled(0, 1, 0));
        assertThat(processor.process(List.of(letter))).isEqualTo(handled(0, 0, 1));
        assertThat(letters)
                .singleElement()
                .satisfies(one -> assertThat(one.tenant()).isEqualTo("unknown"));
    }

    private static Handled handled(int stored, int deadLetters, int repeated) {
        return new Handled(new StoredBatch(stored, 0, 0), deadLetters, repeated);
    }

    private static List<LogRecord> records(int partition, long offset, long... sequences) {
        List<LogRecord> records = new ArrayList<>();
        for (long sequence : sequences) {
            records.add(record(partition, offset + records.size(), sequence));
        }
        return records;
    }

    private static LogRecord record(int partition, long offset, long sequence) {
        byte[] value = EventCodec.encode(Events.event("tenant", "s." + partition, sequence));
        byte[] key = "tenant".getBytes(StandardCharsets.UTF_8);
        return new LogRecord(partition, offset, Events.TIME.toEpochMilli(), key, value, all -> {});
    }
}
