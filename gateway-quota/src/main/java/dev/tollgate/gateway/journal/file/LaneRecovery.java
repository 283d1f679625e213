package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.schema.contract.Topics;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Reads a lane's segments back and cuts a torn tail off. What cannot be read is set aside, never deleted.
final class LaneRecovery {

    private static final Logger log = LoggerFactory.getLogger(LaneRecovery.class);

    private final String laneId;
    private final long cursor;
    private final RecordFormat format = new RecordFormat();
    private final NavigableMap<Integer, ActiveSegment> active = new TreeMap<>();
    private final long[] last = new long[Topics.PARTITIONS];
    private final long[] published = new long[Topics.PARTITIONS];
    private @Nullable Segment spare;
    private long committed;
    private long floorMs;
    private boolean damaged;

    private LaneRecovery(String laneId, long cursor) {
        this.laneId = laneId;
        this.cursor = cursor;
    }

    /// @param cursor the position up to which the lane is published
    static RecoveredLane recover(Path directory, String laneId, long cursor, int segmentBytes) throws IOException {
        LaneRecovery recovery = new LaneRecovery(laneId, cursor);
        recovery.openSegments(directory, segmentBytes);
        recovery.scan();
        if (cursor > recovery.committed) {
            log.error("journal lane {}: events that were published are no longer on the disk", laneId);
            recovery.damaged = true;
        }
        return new RecoveredLane(
                recovery.active,
                recovery.spare,
                recovery.committed,
                recovery.floorMs,
                recovery.last,
                recovery.published,
                recovery.damaged);
    }

    private void openSegments(Path directory, int segmentBytes) throws IOException {
        List<Path> files;
        try (Stream<Path> listed = Files.list(directory)) {
            files = new ArrayList<>(listed.filter(file -> Segment.indexOf(file).isPresent())
                    .sorted()
                    .toList());
        }
        for (int i = 0; i < files.size(); i++) {
            Path file = files.get(i);
            int index = Segment.indexOf(file).orElseThrow();
            Segment segment = Segment.open(file, index);
            Optional<SegmentHeader> header = segment.header().filter(found -> found.index() == index);
            if (header.isPresent()) {
                active.put(index, new ActiveSegment(segment, header.get()));
            } else if (i == files.size() - 1) {
                keepSpare(segment, segmentBytes);
            } else {
                log.error("journal lane {}: segment {} is damaged and set aside", laneId, index);
                segment.close();
                Files.move(file, file.resolveSibling(file.getFileName() + ".damaged"));
                damaged = true;
            }
        }
    }

    /// The last file may be a spare that was never begun, or one that the process did not live to complete.
    private void keepSpare(Segment segment, int segmentBytes) throws IOException {
        boolean usable = segment.size() == segmentBytes;
        if (usable) {
            segment.zeroFrom(0);
            spare = segment;
        } else {
            segment.delete();
        }
    }

    private void scan() {
        for (ActiveSegment each : active.values()) {
            boolean first = each.header().index() == active.firstKey();
            boolean lastOne = each.header().index() == active.lastKey();
            if (!first && !Arrays.equals(last, each.header().baseSequences())) {
                log.error(
                        "journal lane {}: events before segment {} are missing",
                        laneId,
                        each.header().index());
                damaged = true;
            }
            System.arraycopy(each.header().baseSequences(), 0, last, 0, last.length);
            if (first || cursor >= Position.of(each.segment().index(), SegmentHeader.BYTES)) {
                System.arraycopy(last, 0, published, 0, last.length);
            }
            floorMs = Math.max(floorMs, each.header().floorMs());
            scan(each.segment(), lastOne);
        }
    }

    private void scan(Segment segment, boolean lastOne) {
        int offset = SegmentHeader.BYTES;
        for (EventRecord event = whole(segment, offset); event != null; event = whole(segment, offset)) {
            offset = Position.offset(event.endPosition());
            last[event.partition()] = event.sequence();
            floorMs = Math.max(floorMs, event.eventTimeMs());
            if (event.endPosition() <= cursor) {
                published[event.partition()] = event.sequence();
            }
        }
        committed = Position.of(segment.index(), offset);
        if (segment.lengthAt(offset) != 0) {
            log.warn("journal lane {}: segment {} ends in a torn event at byte {}", laneId, segment.index(), offset);
        }
        if (lastOne) {
            segment.zeroFrom(offset);
        }
    }

    /// The event there if it is whole and follows what came before.
    private @Nullable EventRecord whole(Segment segment, int offset) {
        EventRecord event = format.readWhole(segment, offset);
        if (event == null || event.partition() < 0 || event.partition() >= Topics.PARTITIONS) {
            return null;
        }
        return event.sequence() == last[event.partition()] + 1 ? event : null;
    }
}
