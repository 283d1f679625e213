package dev.tollgate.gateway.journal;

import dev.tollgate.schema.access.strike.StrikePoints;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends every lane's events to the log, each at least once and with the same source and sequence each time. Whatever
/// goes wrong, it goes back to the cursors and tries again, for ever, with a bounded pause.
///
/// `pump` belongs to one thread; answers and the other methods may come on any. The instance's lock makes an answer and
/// the step into a new epoch exclude each other: answers of an earlier epoch change nothing.
public final class JournalPublisher {

    /// How many events may wait for the log's answer at a time, over all lanes.
    public static final int IN_FLIGHT_EVENTS_MAX = 10_000;

    /// How many bytes of events may.
    public static final long IN_FLIGHT_BYTES_MAX = 8L << 20;

    /// How many events of one lane are offered before the next lane's turn.
    static final int TURN_EVENTS_MAX = 500;

    static final Duration PAUSE_MIN = Duration.ofMillis(100);
    static final Duration PAUSE_MAX = Duration.ofSeconds(5);

    /// How long publishing may fail before it is said again.
    private static final Duration SAID_AGAIN = Duration.ofMinutes(1);

    private static final Logger log = LoggerFactory.getLogger(JournalPublisher.class);

    private record RefusedEvent(
            LaneFeed feed, LaneFeed.InFlight taken, int epoch, String reason, boolean deadLettered) {}

    private final EventLog eventLog;
    private final StrikePoints strikes;
    private final LongSupplier nanoTime;
    private final List<LaneFeed> feeds = new CopyOnWriteArrayList<>();
    private final ConcurrentHashMap<String, LaneFeed> feedOfLane = new ConcurrentHashMap<>();
    private final Queue<RefusedEvent> refused = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inFlightEvents = new AtomicInteger();
    private final AtomicLong inFlightBytes = new AtomicLong();
    private final AtomicLong publishedEvents = new AtomicLong();
    private final AtomicLong deadLetteredEvents = new AtomicLong();
    private volatile boolean lost;
    private volatile int epoch;
    private volatile boolean reachable = true;
    private long pauseNanos = PAUSE_MIN.toNanos();
    private long publishedAtLoss;
    private long pausedUntilNanos;
    private boolean paused;
    private boolean recovering;
    private long saidNanos;
    private boolean said;

    /// @param nanoTime monotonic nanoseconds
    public JournalPublisher(EventLog eventLog, StrikePoints strikes, LongSupplier nanoTime) {
        this.eventLog = eventLog;
        this.strikes = strikes;
        this.nanoTime = nanoTime;
    }

    public void add(JournalLane lane) {
        LaneFeed feed = new LaneFeed(lane);
        feedOfLane.put(lane.laneId(), feed);
        feeds.add(feed);
    }

    public void remove(JournalLane lane) {
        LaneFeed feed = feedOfLane.remove(lane.laneId());
        if (feed != null) {
            feeds.remove(feed);
        }
    }

    /// One turn over all lanes: offers what fits. Returns how many events were offered.
    public int pump() {
        if (lost) {
            startAnew();
        }
        if (paused && nanoTime.getAsLong() - pausedUntilNanos < 0) {
            return 0;
        }
        paused = false;
        recoverIfNeeded();
        int offered = settleRefused();
        for (LaneFeed feed : feeds) {
            int turn = offerFrom(feed);
            if (turn < 0) {
                return offered;
            }
            offered += turn;
        }
        return offered;
    }

    /// Has the lane's events published again from that position on, with the same source and sequence each.
    public void publishAgain(JournalLane lane, long position) {
        feedOf(lane).wantAgain(position);
    }

    /// Whether a lane went back and has not yet come up to where it was.
    public boolean isPublishingAgain(JournalLane lane) {
        return feedOf(lane).isPublishingAgain();
    }

    /// Offers a turn of the lane's events; -1 when the log takes nothing now.
    private int offerFrom(LaneFeed feed) {
        feed.goBackIfWanted();
        for (int offered = 0; offered < TURN_EVENTS_MAX; offered++) {
            if (inFlightEvents.get() >= IN_FLIGHT_EVENTS_MAX || inFlightBytes.get() >= IN_FLIGHT_BYTES_MAX || lost) {
                return -1;
            }
            long position = feed.readPosition();
            Optional<EventRecord> next = feed.peek();
            if (next.isEmpty()) {
                return offered;
            }
            EventRecord event = next.get();
            int sentEpoch = epoch;
            LaneFeed.InFlight taken = feed.take(event);
            count(event, 1);
            if (!eventLog.offer(event, answer -> answered(feed, taken, sentEpoch, answer))) {
                count(event, -1);
                feed.putBack(taken, position);
                reachable = false;
                pauseLonger();
                return -1;
            }
        }
        return TURN_EVENTS_MAX;
    }

    private synchronized void answered(LaneFeed feed, LaneFeed.InFlight taken, int sentEpoch, EventLog.Answer answer) {
        if (sentEpoch != epoch) {
            return;
        }
        switch (answer) {
            case EventLog.Answer.Stored() -> handled(feed, taken);
            case EventLog.Answer.Refused(String reason) ->
                refused.add(new RefusedEvent(feed, taken, sentEpoch, reason, false));
            case EventLog.Answer.Lost(String reason) -> lose(reason);
        }
    }

    private void handled(LaneFeed feed, LaneFeed.InFlight taken) {
        strikes.pass(StrikePoints.GATEWAY_AFTER_ACK);
        count(taken.event, -1);
        publishedEvents.incrementAndGet();
        reachable = true;
        feed.handled(taken);
    }

    private void lose(String reason) {
        long now = nanoTime.getAsLong();
        if (!said || now - saidNanos > SAID_AGAIN.toNanos()) {
            log.warn("publishing failed and starts again from the cursors: {}", reason);
            said = true;
            saidNanos = now;
        }
        reachable = false;
        lost = true;
    }

    /// Refused events go to the dead letters first and are then replaced, each step once the one before is certain.
    private int settleRefused() {
        int offered = 0;
        for (RefusedEvent each = refused.peek(); each != null && !lost; each = refused.peek()) {
            RefusedEvent event = each;
            boolean taken = event.deadLettered()
                    ? eventLog.offerStandIn(event.taken().event, answer -> standInAnswered(event, answer))
                    : eventLog.offerDeadLetter(
                            event.taken().event, event.reason(), answer -> deadLetterAnswered(event, answer));
            if (!taken) {
                return offered;
            }
            refused.remove();
            offered++;
        }
        return offered;
    }

    private synchronized void deadLetterAnswered(RefusedEvent event, EventLog.Answer answer) {
        if (event.epoch() != epoch) {
            return;
        }
        switch (answer) {
            case EventLog.Answer.Stored() -> {
                deadLetteredEvents.incrementAndGet();
                log.error("the broker refused an event, now among the dead letters: {}", event.reason());
                refused.add(new RefusedEvent(event.feed(), event.taken(), event.epoch(), event.reason(), true));
            }
            case EventLog.Answer.Refused(String reason) -> lose("the dead letters refuse an event: " + reason);
            case EventLog.Answer.Lost(String reason) -> lose(reason);
        }
    }

    private synchronized void standInAnswered(RefusedEvent event, EventLog.Answer answer) {
        if (event.epoch() != epoch) {
            return;
        }
        switch (answer) {
            case EventLog.Answer.Stored() -> handled(event.feed(), event.taken());
            case EventLog.Answer.Refused(String reason) -> lose("the broker refuses a stand-in: " + reason);
            case EventLog.Answer.Lost(String reason) -> lose(reason);
        }
    }

    private void startAnew() {
        rewind();
        recovering = true;
        pauseLonger();
        recoverIfNeeded();
    }

    /// A recovery that fails is repeated after the pause.
    private void recoverIfNeeded() {
        if (recovering) {
            eventLog.recover();
            recovering = false;
        }
    }

    /// The pause grows while nothing is published.
    private void pauseLonger() {
        boolean movedSince = publishedEvents.get() != publishedAtLoss;
        publishedAtLoss = publishedEvents.get();
        pauseNanos = movedSince ? PAUSE_MIN.toNanos() : Math.min(PAUSE_MAX.toNanos(), pauseNanos * 2);
        pausedUntilNanos = nanoTime.getAsLong() + pauseNanos;
        paused = true;
    }

    private synchronized void rewind() {
        epoch = epoch + 1;
        refused.clear();
        inFlightEvents.set(0);
        inFlightBytes.set(0);
        feeds.forEach(LaneFeed::rewind);
        lost = false;
    }

    private void count(EventRecord event, int sign) {
        inFlightEvents.addAndGet(sign);
        inFlightBytes.addAndGet((long) sign * event.json().length);
    }

    /// Per partition, the highest published sequence of the lane.
    public long[] published(JournalLane lane) {
        return feedOf(lane).published();
    }

    /// The time of the lane's oldest event that is not yet published; empty when there is none.
    public Optional<Long> oldestPendingMs(JournalLane lane) {
        return Optional.ofNullable(feedOf(lane).oldestPendingMs());
    }

    public boolean isDrained(JournalLane lane) {
        return feedOf(lane).isDrained();
    }

    private LaneFeed feedOf(JournalLane lane) {
        LaneFeed feed = feedOfLane.get(lane.laneId());
        if (feed == null) {
            throw new IllegalArgumentException("journal lane " + lane.laneId() + " is not published here");
        }
        return feed;
    }

    /// Whether the log answered lately.
    public boolean isReachable() {
        return reachable;
    }

    public int inFlightEvents() {
        return inFlightEvents.get();
    }

    public long publishedEvents() {
        return publishedEvents.get();
    }

    public long deadLetteredEvents() {
        return deadLetteredEvents.get();
    }
}
