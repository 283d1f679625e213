package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.schema.contract.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lane as a folder: segments, a cursor, and an empty file `closed` once nothing is appended any more.
///
/// Written by one `LaneWriter` on its event loop, read by the publisher's thread behind `committed`, cleaned by the
/// keeper's thread before the cursor; `segments` and the volatile fields are all that they share.
final class FileLane implements JournalLane {

    private static final Logger log = LoggerFactory.getLogger(FileLane.class);

    private final Path directory;
    private final String laneId;
    private final JournalBudget budget;
    private final SpareSegment spare;
    private final CursorFile cursor;
    private final RecoveredLane found;
    private final long[] lastSequences;
    private final NavigableMap<Integer, ActiveSegment> segments;
    private volatile long committed;
    private volatile boolean closed;
    private volatile boolean written;
    private volatile boolean released;

    private FileLane(
            Path directory,
            int segmentBytes,
            JournalBudget budget,
            Executor spaceMaker,
            CursorFile cursor,
            RecoveredLane found) {
        this.directory = directory;
        this.laneId = directory.getFileName().toString();
        this.budget = budget;
        this.spare = new SpareSegment(directory, segmentBytes, budget, spaceMaker, found.spare());
        this.cursor = cursor;
        this.found = found;
        this.lastSequences = found.lastSequences().clone();
        this.segments = new ConcurrentSkipListMap<>(found.segments());
        this.committed = found.committed();
        this.closed = Files.exists(directory.resolve(LaneFolder.CLOSED));
    }

    /// Makes a new lane with its first segment, whatever the budget says; leaves nothing behind when the disk is full.
    static FileLane create(Path directory, int segmentBytes, JournalBudget budget, Executor spaceMaker)
            throws IOException {
        Files.createDirectories(directory);
        try {
            FileLane lane = recover(directory, segmentBytes, budget, spaceMaker);
            try {
                lane.begin(Segment.create(directory, 0, segmentBytes), 0);
                budget.take(segmentBytes);
                return lane;
            } catch (IOException full) {
                lane.cursor.close();
                throw full;
            }
        } catch (IOException full) {
            LaneFolder.delete(directory);
            throw full;
        }
    }

    /// Opens what an earlier process left.
    static FileLane recover(Path directory, int segmentBytes, JournalBudget budget, Executor spaceMaker)
            throws IOException {
        CursorFile cursor = CursorFile.open(directory.resolve(LaneFolder.CURSOR));
        RecoveredLane found =
                LaneRecovery.recover(directory, directory.getFileName().toString(), cursor.get(), segmentBytes);
        if (cursor.get() > found.committed()) {
            cursor.set(found.committed());
        }
        found.segments().values().forEach(each -> budget.take(each.segment().size()));
        return new FileLane(directory, segmentBytes, budget, spaceMaker, cursor, found);
    }

    /// From now on there is one who writes, and room is held ready for it.
    void beginWriting() {
        written = true;
        makeSpaceSoon();
    }

    @Override
    public void endWriting() {
        written = false;
        spare.end();
    }

    /// The writer's step into the next segment. `floorMs` is the time of the lane's last event.
    Segment advance(long floorMs) {
        Segment next = spare.take()
                .orElseThrow(() ->
                        new IllegalStateException("journal lane " + laneId + " has no room for what was reserved"));
        begin(next, floorMs);
        makeSpaceSoon();
        return next;
    }

    private void begin(Segment segment, long floorMs) {
        SegmentHeader header = new SegmentHeader(segment.index(), floorMs, lastSequences.clone());
        segment.begin(header);
        segments.put(segment.index(), new ActiveSegment(segment, header));
        committed = Position.of(segment.index(), SegmentHeader.BYTES);
    }

    Segment current() {
        return segments.lastEntry().getValue().segment();
    }

    /// Bytes that events can use in the spare segment.
    int spareBytes() {
        return spare.usableBytes();
    }

    /// Asks for a spare segment behind the current one, unless there is one or the journal is at its bound.
    void makeSpaceSoon() {
        if (written) {
            spare.makeSoon(segments.lastKey() + 1);
        }
    }

    /// Whether a lane that is written has no room left and could not get more.
    boolean isFull() {
        return written
                && spare.isMissing()
                && current().size() - Position.offset(committed) < 2 * RecordFormat.RECORD_BYTES_MAX;
    }

    /// Makes what was written before `position` visible to readers.
    void commit(long position) {
        committed = position;
    }

    long committed() {
        return committed;
    }

    /// The writer's counters; only its thread may change them.
    long[] sequences() {
        return lastSequences;
    }

    @Override
    public String laneId() {
        return laneId;
    }

    @Override
    public Optional<EventRecord> next(long position) {
        return LaneSearch.next(segments, committed, position);
    }

    @Override
    public long cursor() {
        return cursor.get();
    }

    @Override
    public void moveCursor(long position) {
        cursor.set(position);
    }

    @Override
    public void moveCursorBack(long position) {
        cursor.set(position);
    }

    @Override
    public OptionalLong positionOf(int partition, long sequence) {
        return LaneSearch.positionOf(segments, committed, partition, sequence);
    }

    @Override
    public boolean isPublished() {
        return next(cursor.get()).isEmpty();
    }

    @Override
    public long[] publishedAtOpening() {
        return found.publishedSequences().clone();
    }

    @Override
    public long[] lastSequences() {
        return lastSequences.clone();
    }

    @Override
    public long floorAtOpening() {
        return found.floorMs();
    }

    @Override
    public boolean isDamaged() {
        return found.damaged() || segments.isEmpty();
    }

    @Override
    public boolean isClosed() {
        return closed;
    }

    @Override
    public void markClosed() {
        if (closed) {
            return;
        }
        try {
            Files.createFile(directory.resolve(LaneFolder.CLOSED));
        } catch (IOException failed) {
            throw new UncheckedIOException("journal lane " + laneId + " cannot be closed", failed);
        }
        closed = true;
    }

    @Override
    public void deleteStored(BiPredicate<Integer, Long> stored) {
        int needed = next(cursor.get())
                .map(event -> Position.segment(event.endPosition()))
                .orElse(Integer.MAX_VALUE);
        while (segments.size() > 1 && segments.firstKey() < needed) {
            ActiveSegment first = segments.firstEntry().getValue();
            long[] upTo = segments.higherEntry(segments.firstKey())
                    .getValue()
                    .header()
                    .baseSequences();
            if (!isStored(upTo, stored)) {
                break;
            }
            segments.remove(first.segment().index());
            discard(first.segment());
        }
        if (written) {
            spare.makeAnyway(segments.lastKey() + 1);
        }
    }

    private static boolean isStored(long[] upTo, BiPredicate<Integer, Long> stored) {
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            if (!stored.test(partition, upTo[partition])) {
                return false;
            }
        }
        return true;
    }

    private void discard(Segment segment) {
        try {
            segment.delete();
            budget.giveBack(segment.size());
        } catch (IOException failed) {
            log.warn("journal lane {}: a segment that is no longer needed cannot be deleted", laneId, failed);
        }
    }

    @Override
    public void delete() {
        segments.values().forEach(each -> discard(each.segment()));
        segments.clear();
        endWriting();
        cursor.close();
        released = true;
        try {
            LaneFolder.delete(directory);
        } catch (IOException failed) {
            log.warn("journal lane {}: its folder cannot be deleted", laneId, failed);
        }
    }

    /// Lets the files go; nobody may use the lane afterwards.
    void close() {
        if (released) {
            return;
        }
        released = true;
        segments.values().forEach(each -> each.segment().close());
        spare.take().ifPresent(Segment::close);
        cursor.close();
    }
}
