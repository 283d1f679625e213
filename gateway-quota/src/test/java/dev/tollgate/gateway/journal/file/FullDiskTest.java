package dev.tollgate.gateway.journal.file;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.LaneRecorder;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.RecordSlot;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A disk that fills while segments are made. A write to a hole of a mapped file would end this JVM.
class FullDiskTest {

    private static final int DISK_BYTES = 8 * JournalFixture.SEGMENT_BYTES;
    private static final int PAGE_BYTES = 4_096;
    private static final Duration SOON = Duration.ofSeconds(10);

    private final SmallDisk disk;
    private final JournalFixture fixture;

    FullDiskTest(@TempDir Path folder) {
        disk = SmallDisk.at(folder, DISK_BYTES);
        fixture = new JournalFixture(folder.resolve("journal"), disk.bytesMax());
    }

    @AfterEach
    void close() {
        disk.close();
    }

    /// Appends until the journal refuses; returns how many events were taken.
    private static int fill(LaneRecorder recorder) {
        int taken = 0;
        for (Optional<RecordSlot> slot = reserve(recorder); slot.isPresent(); slot = reserve(recorder)) {
            recorder.record(slot.get(), JournalFixture.outcome("a"));
            taken++;
        }
        return taken;
    }

    private static Optional<RecordSlot> reserve(LaneRecorder recorder) {
        return recorder.reserve("a", null, "GET", "/v1/things", "things");
    }

    private List<String> segments(JournalLane lane) throws IOException {
        try (Stream<Path> files = Files.list(disk.folder().resolve("journal").resolve(lane.laneId()))) {
            return files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".segment"))
                    .sorted()
                    .toList();
        }
    }

    private void awaitRoom(JournalLane lane, LaneRecorder recorder) {
        Await.until("room in the lane", SOON, () -> {
            lane.deleteStored((partition, sequence) -> false);
            Optional<RecordSlot> slot = reserve(recorder);
            slot.ifPresent(recorder::release);
            return slot.isPresent();
        });
    }

    /// The strike: the disk is full after each number of pages of the segment that is being made.
    @Test
    void survivesAFullDiskAtEveryPageOfASegmentAndGoesOnOnceThereIsRoom() throws IOException {
        int pages = JournalFixture.SEGMENT_BYTES / PAGE_BYTES;
        for (int page = 0; page < pages; page++) {
            String laneId = LaneSources.newLaneId(new Random(page));
            int taken;
            try (JournalDirectory directory = fixture.open()) {
                JournalLane lane = directory.create(laneId);
                Path ballast = disk.fillBut((long) page * PAGE_BYTES);
                LaneRecorder recorder = directory.recorder(lane, 0);
                taken = fill(recorder);
                assertThat(taken).isPositive();
                if (disk.isMounted()) {
                    Await.until(
                            "nothing half made is left",
                            SOON,
                            () -> segments(lane).equals(List.of("0000000000.segment"))
                                    && directory.bytesUsed() == JournalFixture.SEGMENT_BYTES);
                    assertThatThrownBy(() -> directory.create(LaneSources.newLaneId(new Random(100))))
                            .isInstanceOf(UncheckedIOException.class)
                            .hasMessageContaining("cannot be made");
                }
                Files.delete(ballast);
                if (!disk.isMounted()) {
                    lane.moveCursor(JournalFixture.eventsFrom(lane, 0).getLast().endPosition());
                    lane.deleteStored((partition, sequence) -> true);
                }
                awaitRoom(lane, recorder);
                taken += fill(recorder);
            }
            try (JournalDirectory directory = fixture.open()) {
                assertThat(directory.existing())
                        .as("no folder of a lane that failed")
                        .hasSize(1);
                JournalLane lane = directory.existing().getFirst();
                assertThat(lane.isDamaged()).isFalse();
                assertThat(JournalFixture.eventsFrom(lane, 0).getLast().sequence())
                        .as("page %d", page)
                        .isEqualTo(taken);
                lane.delete();
            }
        }
    }

    /// The strike: the process dies while a lane, or a segment, is being made.
    @Test
    void takesAwayWhatAProcessDidNotLiveToComplete() throws IOException {
        Path journal = disk.folder().resolve("journal");
        String laneId = JournalFixture.newLaneId();
        try (JournalDirectory directory = fixture.open()) {
            JournalLane lane = directory.create(laneId);
            JournalFixture.append(directory.recorder(lane, 0), "a");
            Await.until("a spare segment", SOON, () -> segments(lane).size() == 2);
        }
        Files.write(journal.resolve(laneId).resolve("0000000001.segment"), new byte[3 * PAGE_BYTES]);
        Path halfMade = journal.resolve(LaneSources.newLaneId(new Random(1)));
        Files.createDirectories(halfMade);
        Files.write(halfMade.resolve("cursor"), new byte[100]);
        Path withoutSegment = journal.resolve(LaneSources.newLaneId(new Random(2)));
        Files.createDirectories(withoutSegment);
        Files.write(withoutSegment.resolve("cursor"), new byte[CursorFile.BYTES]);
        try (JournalDirectory directory = fixture.open()) {
            assertThat(halfMade).doesNotExist();
            assertThat(directory.existing()).hasSize(2);
            for (JournalLane lane : directory.existing()) {
                boolean whole = lane.laneId().equals(laneId);
                assertThat(lane.isDamaged()).isEqualTo(!whole);
                assertThat(JournalFixture.eventsFrom(lane, 0)).hasSize(whole ? 1 : 0);
                assertThat(segments(lane)).hasSize(whole ? 1 : 0);
                lane.endWriting();
                lane.delete();
            }
            assertThat(directory.isFull()).isFalse();
            assertThat(directory.bytesUsed()).isZero();
        }
    }
}
