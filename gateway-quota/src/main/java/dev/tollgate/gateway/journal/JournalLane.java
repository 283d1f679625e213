package dev.tollgate.gateway.journal;

import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BiPredicate;

/// The side of a lane that is read: by the publisher's thread, and by the keeper's where a method says so.
/// Positions are opaque and only grow.
public interface JournalLane {

    String laneId();

    /// The first event at or behind the position; empty when none is written there yet.
    Optional<EventRecord> next(long position);

    /// Everything before it has been handled by the broker. Safe for all threads.
    long cursor();

    /// Moves the cursor forward; durable at once against the death of the process.
    void moveCursor(long position);

    /// Moves the cursor back to a position that `positionOf` gave: what follows is to be published again. As durable.
    void moveCursorBack(long position);

    /// Where reading begins with that event; empty when it is not on the disk. Keeper only.
    OptionalLong positionOf(int partition, long sequence);

    /// Whether every appended event lies before the cursor. Safe for all threads.
    boolean isPublished();

    /// Per partition, the highest sequence before the cursor as it was when the lane was opened.
    long[] publishedAtOpening();

    /// Per partition, the highest appended sequence. For a lane that is still written: only from its event loop.
    long[] lastSequences();

    /// The time of the last event before the lane was opened, or a later moment.
    long floorAtOpening();

    /// Whether the disk lost something that may have been published: its sequences must not be given again.
    boolean isDamaged();

    /// Whether the lane was closed to appends for good.
    boolean isClosed();

    /// Closes it to appends for good; remembered on disk. Repeating it does nothing. Keeper only.
    void markClosed();

    /// This process appends nothing more: room that was held ready returns. Repeating it does nothing. Keeper only.
    void endWriting();

    /// Deletes the segments whose events are all before the cursor and `stored` (partition, sequence: is everything
    /// up to it stored). Keeper only.
    void deleteStored(BiPredicate<Integer, Long> stored);

    /// Deletes the whole lane from the disk. Keeper only, once all is published and stored.
    void delete();
}
