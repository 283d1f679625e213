package dev.tollgate.gateway.journal.file;

import dev.tollgate.gateway.journal.EventRecord;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.OptionalLong;

/// Finds events in a lane's segments. Nothing at or behind `committed` is looked at: it may be half written.
final class LaneSearch {

    private LaneSearch() {}

    /// The first event at or behind the position.
    static Optional<EventRecord> next(NavigableMap<Integer, ActiveSegment> segments, long committed, long position) {
        long at = position;
        while (at < committed) {
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

    /// The position of the event with that sequence. Segments say what came before them, so only one is read.
    static OptionalLong positionOf(
            NavigableMap<Integer, ActiveSegment> segments, long committed, int partition, long sequence) {
        ActiveSegment holder = null;
        for (ActiveSegment each : segments.values()) {
            if (each.header().baseSequences()[partition] >= sequence) {
                break;
            }
            holder = each;
        }
        return holder == null ? OptionalLong.empty() : positionIn(holder.segment(), committed, partition, sequence);
    }

    private static OptionalLong positionIn(Segment segment, long committed, int partition, long sequence) {
        int offset = SegmentHeader.BYTES;
        while (Position.of(segment.index(), offset) < committed && segment.lengthAt(offset) > 0) {
            EventRecord event = segment.read(offset);
            if (event.partition() == partition && event.sequence() == sequence) {
                return OptionalLong.of(Position.of(segment.index(), offset));
            }
            offset = Position.offset(event.endPosition());
        }
        return OptionalLong.empty();
    }
}
