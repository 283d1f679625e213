package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.schema.contract.Topics;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.Executor;
import java.util.function.BiPredicate;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// A lane as a folder: segments, a cursor, and an empty file `closed` once nothing is appended any more.
///
/// Written by one `LaneWriter` on its event loop, read by the publisher's thread behind `committed`, cleaned by the
/// keeper's thread before the cursor; `segments` and the volatile fields are all that they share.
final class FileLane implements JournalLane {

    private static final Logger log = LoggerFactory.getLogger(FileLane.class);
    private static final String CURSOR = "cursor";
    private static final String CLOSED = "closed";

    private final Path directory;
    private final String laneId;
    private final int segmentBytes;
    private final JournalBudget budget;
    private final SpareSegment spare;
    private final CursorFile cursor;
    private final RecoveredLane found;
    private final long[] lastSequences;
    private final NavigableMap<Integer, ActiveSegment> segments;
    private volatile long committed;
    private volatile boolean closed;
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
        this.segmentBytes = segmentBytes;
        this.budget = budget;
        this.spare = new SpareSegment(directory, segmentBytes, budget, spaceMaker, found.spare());
        this.cursor = cursor;
        this.found = found;
        this.lastSequences = found.lastSequences().clone();
        this.segments = new ConcurrentSkipListMap<>(found.segments());
        this.committed = found.committed();
        this.closed = Files.exists(directory.resolve(CLOSED));
    }

    /// Opens the folder, which may be new; then it gets its first segment whatever the budget says.
    static FileLane open(Path directory, int segmentBytes, JournalBudget budget, Executor spaceMaker)
            throws IOException {
        Files.createDirectories(directory);
        CursorFile cursor = CursorFile.open(directory.resolve(CURSOR));
        RecoveredLane found =
                LaneRecovery.recover(directory, directory.getFileName().toString(), cursor.get(), segmentBytes);
        if (cursor.get() > found.committed()) {
            cursor.set(found.committed());
        }
        found.segments().values().forEach(each -> budget.take(each.segment().size()));
        FileLane lane = new FileLane(directory, segmentBytes, budget, spaceMaker, cursor, found);
        if (lane.segments.isEmpty() && !lane.closed) {
            lane.makeFirstSegment();
        }
        return lane;
    }

    private void makeFirstSegment() throws IOException {
        Segment first = spare.take().orElse(null);
        if (first == null) {
            first = Segment.create(directory, 0, segmentBytes);
            budget.take(segmentBytes);
        }
        begin(first, found.floorMs());
        makeSpaceSoon();
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
        if (!closed) {
            spare.makeSoon(segments.lastKey() + 1);
        }
    }

    /// Whether a lane that is written has no room left and could not get more.
    boolean isFull() {
        int left = current().size() - Position.offset(committed);
        return !closed && spare.isMissing() && left < 2 * RecordFormat.RECORD_BYTES_MAX;
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
        long end = committed;
        long at = position;
        while (at < end) {
            Map.Entry<Integer, ActiveSegment> entry = segments.floorEntry(Position.segment(at));
            boolean here = entry != null && entry.getKey() == Position.segment(at);
            int offset = Math.max(Position.offset(at), SegmentHeader.BYTES);
            if (here && entry.getValue().segment().lengthAt(offset) > 0) {
                return Optional.of(entry.getValue().segment().read(offset));
            }
            Integer following = segments.higherKey(Position.segment(at));
            if (following == null) {
                return Optional.empty();
            }
            at = Position.of(following, SegmentHeader.BYTES);
        }
        return Optional.empty();
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
        return found.damaged();
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
            Files.createFile(directory.resolve(CLOSED));
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
        makeSpaceSoon();
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
        spare.take().ifPresent(this::discard);
        cursor.close();
        released = true;
        try (Stream<Path> files = Files.list(directory)) {
            for (Path file : files.toList()) {
                Files.delete(file);
            }
            Files.delete(directory);
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
