package dev.tollgate.gateway.journal;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// One lane on its way to the log: how far it was read, what is in flight, how far it is published. The cursor moves
/// in order, over the longest run of handled events, and back when the log has lost events. What was published once
/// counts as published from then on: consumers see by the sequences whether it is still there.
///
/// All fields are guarded by the instance's lock. Only the publisher's thread reads on (`goBackIfWanted` to `putBack`).
final class LaneFeed {

    /// An event that was offered to the log.
    static final class InFlight {
        final EventRecord event;
        private boolean handled;

        private InFlight(EventRecord event) {
            this.event = event;
        }
    }

    private static final long NONE = -1;

    private final JournalLane lane;
    private final Deque<InFlight> inFlight = new ArrayDeque<>();
    private final long[] published;
    private long readPosition;
    private long wantedPosition = NONE;
    private long againUntil;

    LaneFeed(JournalLane lane) {
        this.lane = lane;
        this.published = lane.publishedAtOpening();
        this.readPosition = lane.cursor();
    }

    JournalLane lane() {
        return lane;
    }

    /// Has everything from that position on published again.
    synchronized void wantAgain(long position) {
        wantedPosition = wantedPosition == NONE ? position : Math.min(wantedPosition, position);
    }

    /// Whether events that were published before are still to be published again.
    synchronized boolean isPublishingAgain() {
        return wantedPosition != NONE || lane.cursor() < againUntil;
    }

    /// Answers to what is in flight now change nothing any more.
    synchronized void goBackIfWanted() {
        if (wantedPosition == NONE) {
            return;
        }
        if (wantedPosition < lane.cursor()) {
            againUntil = Math.max(againUntil, readPosition);
            inFlight.clear();
            lane.moveCursorBack(wantedPosition);
            readPosition = wantedPosition;
        }
        wantedPosition = NONE;
    }

    /// The next event to offer, without taking it.
    synchronized Optional<EventRecord> peek() {
        return lane.next(readPosition);
    }

    /// Takes the event that `peek` showed; call before it is offered, since the answer may come at once.
    synchronized InFlight take(EventRecord event) {
        InFlight taken = new InFlight(event);
        inFlight.addLast(taken);
        readPosition = event.endPosition();
        return taken;
    }

    /// Undoes the last `take`: the log did not want the event yet.
    synchronized void putBack(InFlight taken, long position) {
        if (inFlight.peekLast() == taken) {
            inFlight.removeLast();
            readPosition = position;
        }
    }

    synchronized long readPosition() {
        return readPosition;
    }

    /// Marks the event as handled and moves the cursor as far as it goes.
    synchronized void handled(InFlight done) {
        done.handled = true;
        long cursor = -1;
        while (!inFlight.isEmpty() && inFlight.getFirst().handled) {
            EventRecord event = inFlight.removeFirst().event;
            published[event.partition()] = Math.max(published[event.partition()], event.sequence());
            cursor = event.endPosition();
        }
        if (cursor >= 0) {
            lane.moveCursor(cursor);
        }
    }

    /// Reads again from the cursor; what was in flight is forgotten.
    synchronized void rewind() {
        inFlight.clear();
        readPosition = lane.cursor();
    }

    /// Per partition, the highest sequence of the run of handled events.
    synchronized long[] published() {
        return published.clone();
    }

    /// The time of the event at the cursor; null when everything is published.
    synchronized @Nullable Long oldestPendingMs() {
        if (!inFlight.isEmpty()) {
            return inFlight.getFirst().event.eventTimeMs();
        }
        return lane.next(lane.cursor()).map(EventRecord::eventTimeMs).orElse(null);
    }

    /// Whether nothing is in flight and nothing is left to read.
    synchronized boolean isDrained() {
        return wantedPosition == NONE
                && inFlight.isEmpty()
                && lane.next(lane.cursor()).isEmpty();
    }
}
