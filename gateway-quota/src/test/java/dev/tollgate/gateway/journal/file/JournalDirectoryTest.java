package dev.tollgate.gateway.journal.file;

import static dev.tollgate.gateway.journal.file.JournalFixture.append;
import static dev.tollgate.gateway.journal.file.JournalFixture.decoded;
import static dev.tollgate.gateway.journal.file.JournalFixture.eventsFrom;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.LaneRecorder;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.schema.contract.FieldRules;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalDirectoryTest {

    private static final String FIRST_SEGMENT = "0000000000.segment";

    private final Path folder;
    private JournalFixture fixture;

    JournalDirectoryTest(@TempDir Path folder) {
        this.folder = folder;
        this.fixture = new JournalFixture(folder, 64L * JournalFixture.SEGMENT_BYTES);
    }

    @Test
    void numbersEventsDenselyPerPartitionAndReadsThemBack() {
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(JournalFixture.newLaneId());
            LaneRecorder recorder = directory.recorder(lane, 0);
            long[] expected = new long[Topics.PARTITIONS];
            for (int i = 0; i < 50; i++) {
                append(recorder, "tenant-" + i % 7);
            }
            for (EventRecord event : eventsFrom(lane, 0)) {
                RequestEvent read = decoded(event);
                int partition = Topics.partitionOf(read.tenantId());
                assertThat(event.partition()).isEqualTo(partition);
                assertThat(event.sequence()).isEqualTo(++expected[partition]).isEqualTo(read.sequence());
                assertThat(read.source()).isEqualTo(lane.laneId() + "." + partition);
                assertThat(read.eventTimeMs()).isEqualTo(event.eventTimeMs()).isEqualTo(UuidV7.epochMs(read.id()));
            }
            assertThat(Arrays.stream(expected).sum()).isEqualTo(50);
            assertThat(lane.lastSequences()).isEqualTo(expected);
        }
    }

    @Test
    void aClockThatStepsBackNeverTakesEventTimesBack() {
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(JournalFixture.newLaneId());
            LaneRecorder recorder = directory.recorder(lane, 0);
            append(recorder, "a");
            long promisedMs = recorder.raiseFloor() + 500;
            fixture.clockMs.set(promisedMs);
            assertThat(recorder.raiseFloor()).isEqualTo(promisedMs);
            fixture.clockMs.set(promisedMs - 10_000);
            append(recorder, "a");
            assertThat(eventsFrom(lane, 0).getLast().eventTimeMs()).isEqualTo(promisedMs);
        }
    }

    @Test
    void keepsEverythingBeforeATailTornAtAnyByte() throws IOException {
        String laneId = JournalFixture.newLaneId();
        int lastFrom;
        int lastTo;
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(laneId);
            LaneRecorder recorder = directory.recorder(lane, 0);
            append(recorder, "a");
            append(recorder, "a");
            lastFrom = (int) eventsFrom(lane, 0).getLast().endPosition();
            append(recorder, "a");
            lastTo = (int) eventsFrom(lane, 0).getLast().endPosition();
        }
        Path segment = folder.resolve(laneId).resolve(FIRST_SEGMENT);
        byte[] whole = Files.readAllBytes(segment);
        int jsonEnd = lastFrom + RecordFormat.HEADER_BYTES + jsonBytes(whole, lastFrom);
        assertThat(lastTo).isGreaterThanOrEqualTo(jsonEnd);
        for (int cut = lastFrom; cut < jsonEnd; cut++) {
            byte[] torn = whole.clone();
            Arrays.fill(torn, cut, lastTo, (byte) 0);
            Files.write(segment, torn);
            try (JournalDirectory directory = fixture.open()) {
                JournalLane lane = directory.existing().getFirst();
                assertThat(eventsFrom(lane, 0)).as("cut at %d", cut).hasSize(2);
                assertThat(lane.isDamaged()).isFalse();
                append(directory.recorder(lane, 0), "a");
                List<EventRecord> events = eventsFrom(lane, 0);
                assertThat(events).hasSize(3);
                assertThat(events.getLast().sequence()).isEqualTo(3);
            }
        }
    }

    private static int jsonBytes(byte[] segment, int offset) {
        return ByteBuffer.wrap(segment).getInt(offset);
    }

    @Test
    void continuesLaneAndSequencesAfterAKillAcrossSegments() {
        String laneId = JournalFixture.newLaneId();
        int appended = 0;
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(laneId);
            LaneRecorder recorder = directory.recorder(lane, 0);
            while (Position.segment(((FileLane) lane).committed()) < 2) {
                awaitRoom(recorder);
                append(recorder, "a");
                appended++;
            }
            lane.moveCursor(eventsFrom(lane, 0).get(appended / 2).endPosition());
        }
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.existing().getFirst();
            int partition = Topics.partitionOf("a");
            assertThat(lane.laneId()).isEqualTo(laneId);
            assertThat(lane.lastSequences()[partition]).isEqualTo(appended);
            assertThat(lane.publishedAtOpening()[partition]).isEqualTo(appended / 2 + 1);
            assertThat(eventsFrom(lane, lane.cursor()).getFirst().sequence()).isEqualTo(appended / 2 + 2);
            lane.moveCursor(eventsFrom(lane, lane.cursor()).getLast().endPosition());
            lane.deleteStored((p, sequence) -> true);
            assertThat(folder.resolve(laneId).resolve(FIRST_SEGMENT)).doesNotExist();
        }
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.existing().getFirst();
            append(directory.recorder(lane, 0), "a");
            assertThat(eventsFrom(lane, lane.cursor()).getLast().sequence()).isEqualTo(appended + 1);
        }
    }

    private static void awaitRoom(LaneRecorder recorder) {
        Await.until("room in the lane", Duration.ofSeconds(5), () -> {
            var slot = recorder.reserve("a", null, "GET", "/v1/things", "things");
            slot.ifPresent(recorder::release);
            return slot.isPresent();
        });
    }

    @Test
    void refusesWhenItsBytesAreSpentAndTakesAgainOnceIngestHasStored() {
        fixture = new JournalFixture(folder, 2L * JournalFixture.SEGMENT_BYTES);
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(JournalFixture.newLaneId());
            LaneRecorder recorder = directory.recorder(lane, 0);
            awaitRoom(recorder);
            Await.until("the journal is full", Duration.ofSeconds(10), () -> {
                Optional<RecordSlot> slot = recorder.reserve("a", null, "GET", "/v1/things", "things");
                while (slot.isPresent()) {
                    recorder.record(slot.get(), JournalFixture.outcome("a"));
                    slot = recorder.reserve("a", null, "GET", "/v1/things", "things");
                }
                return Position.segment(((FileLane) lane).committed()) == 1;
            });
            assertThat(directory.bytesUsed()).isEqualTo(2L * JournalFixture.SEGMENT_BYTES);
            lane.deleteStored((partition, sequence) -> true);
            assertThat(recorder.reserve("a", null, "GET", "/v1/things", "things"))
                    .as("nothing is published yet")
                    .isEmpty();
            lane.moveCursor(eventsFrom(lane, 0).getLast().endPosition());
            lane.deleteStored((partition, sequence) -> sequence == 0);
            assertThat(recorder.reserve("a", null, "GET", "/v1/things", "things"))
                    .as("nothing is stored yet")
                    .isEmpty();
            lane.deleteStored((partition, sequence) -> true);
            awaitRoom(recorder);
        }
    }

    @Test
    void whatWasReservedAlwaysFits() {
        fixture = new JournalFixture(folder, 2L * JournalFixture.SEGMENT_BYTES);
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(JournalFixture.newLaneId());
            LaneRecorder recorder = directory.recorder(lane, 0);
            Await.until("a spare segment", Duration.ofSeconds(5), () -> ((FileLane) lane).spareBytes() > 0);
            List<RecordSlot> slots = new ArrayList<>();
            String longest = "\u0001".repeat(FieldRules.USER_ID_CHARS_MAX);
            for (var slot = recorder.reserve("a", longest, "GET", "/v1/things", "things");
                    slot.isPresent();
                    slot = recorder.reserve("a", longest, "GET", "/v1/things", "things")) {
                slots.add(slot.get());
            }
            assertThat(slots).hasSizeGreaterThan(5);
            slots.forEach(slot -> recorder.record(slot, JournalFixture.outcome("a", longest)));
            assertThat(eventsFrom(lane, 0)).hasSameSizeAs(slots);
        }
    }

    @Test
    void outstandingSlotsMoveWithTheirRoomToTheLaneThatFollows() {
        try (JournalDirectory directory = fixture.open()) {
            JournalLane former = directory.create(LaneSources.newLaneId(new Random(1)));
            LaneRecorder recorder = directory.recorder(former, 0);
            append(recorder, "a");
            RecordSlot outstanding =
                    recorder.reserve("a", null, "GET", "/v1/things", "things").orElseThrow();
            JournalLane next = directory.create(LaneSources.newLaneId(new Random(2)));
            LaneRecorder following = directory.recorder(next, 0);
            assertThat(following.takeOver(64L * JournalFixture.SEGMENT_BYTES)).isFalse();
            assertThat(following.takeOver(recorder.reservedBytes())).isTrue();
            assertThat(following.reservedBytes()).isEqualTo(outstanding.bytes());
            following.record(outstanding, JournalFixture.outcome("a"));
            assertThat(following.reservedBytes()).isZero();
            assertThat(eventsFrom(next, 0)).hasSize(1);
            assertThat(eventsFrom(former, 0)).hasSize(1);
        }
    }

    @Test
    void findsAnEventByItsNumberInAnySegmentAndGoesBackToItForGood() {
        String laneId = JournalFixture.newLaneId();
        int partition = Topics.partitionOf("a");
        long position;
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(laneId);
            LaneRecorder recorder = directory.recorder(lane, 0);
            while (Position.segment(((FileLane) lane).committed()) < 2) {
                awaitRoom(recorder);
                append(recorder, "a");
                awaitRoom(recorder);
                append(recorder, "b");
            }
            List<EventRecord> events = eventsFrom(lane, 0);
            lane.moveCursor(events.getLast().endPosition());
            for (EventRecord event : events) {
                long found =
                        lane.positionOf(event.partition(), event.sequence()).orElseThrow();
                assertThat(lane.next(found)).hasValueSatisfying(read -> {
                    assertThat(read.endPosition()).isEqualTo(event.endPosition());
                });
            }
            long last = lane.lastSequences()[partition];
            assertThat(lane.positionOf(partition, last + 1)).isEmpty();
            assertThat(lane.positionOf((partition + 1) % Topics.PARTITIONS, 1_000_000))
                    .isEmpty();
            position = lane.positionOf(partition, 2).orElseThrow();
            lane.moveCursorBack(position);
        }
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.existing().getFirst();
            assertThat(lane.cursor()).isEqualTo(position);
            assertThat(lane.publishedAtOpening()[partition]).isEqualTo(1);
            assertThat(lane.isDamaged()).isFalse();
        }
    }

    @Test
    void aSecondProcessIsKeptOut() {
        try (JournalDirectory directory = fixture.open()) {
            assertThat(directory.existing()).isEmpty();
            assertThatThrownBy(fixture::open).hasMessageContaining("in use by another process");
        }
    }

    @Test
    void aLaneWhoseFilesLostPublishedEventsIsDamaged() throws IOException {
        String laneId = JournalFixture.newLaneId();
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(laneId);
            LaneRecorder recorder = directory.recorder(lane, 0);
            append(recorder, "a");
            append(recorder, "a");
            lane.moveCursor(eventsFrom(lane, 0).getLast().endPosition());
        }
        Path segment = folder.resolve(laneId).resolve(FIRST_SEGMENT);
        byte[] bytes = Files.readAllBytes(segment);
        Arrays.fill(bytes, SegmentHeader.BYTES + 40, bytes.length, (byte) 0);
        Files.write(segment, bytes);
        try (JournalDirectory directory = fixture.open()) {
            assertThat(directory.existing().getFirst().isDamaged()).isTrue();
        }
    }
}
