package dev.tollgate.gateway.journal.file;

import java.util.NavigableMap;
import org.jspecify.annotations.Nullable;

/// What the files of a lane say after the process ended, however it ended.
///
/// @param spare a segment of zeros that was made ahead
/// @param committed the end of the last whole event
/// @param floorMs no event is later than this, and none to come may be earlier
/// @param lastSequences per partition, the last sequence given out
/// @param publishedSequences per partition, the last one before the cursor
/// @param damaged whether events are missing that once were there
record RecoveredLane(
        NavigableMap<Integer, ActiveSegment> segments,
        @Nullable Segment spare,
        long committed,
        long floorMs,
        long[] lastSequences,
        long[] publishedSequences,
        boolean damaged) {}
