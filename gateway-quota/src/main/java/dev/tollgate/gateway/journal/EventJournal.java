package dev.tollgate.gateway.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All lanes of this process: those that are written, one per event loop, and those that are left over from earlier
/// processes, or were replaced, and only wait to be published, sealed and stored.
///
/// Safe for all threads; only the keeper's changes it, but for the step of an event loop into another lane.
public final class EventJournal {

    private static final Logger log = LoggerFactory.getLogger(EventJournal.class);

    private final LaneStore store;
    private final LongSupplier clockMs;
    private final Supplier<String> laneIds;
    private final List<OpenLane> open = new CopyOnWriteArrayList<>();
    private final List<JournalLane> leftOver = new CopyOnWriteArrayList<>();

    /// Lanes whose sources are not known to be registered, with the moment before which they have no event.
    private final Map<String, Long> unregistered = new ConcurrentHashMap<>();

    private EventJournal(LaneStore store, LongSupplier clockMs, Supplier<String> laneIds) {
        this.store = store;
        this.clockMs = clockMs;
        this.laneIds = laneIds;
    }

    /// Takes up the lanes of the store and opens new ones until there are `lanes`. A lane that was closed, damaged,
    /// sealed by others, or that ingest knows better than its own files, is left over. While the registry is away
    /// nobody can tell, so all existing lanes are left over; new ones are registered by the keeper once it is back.
    ///
    /// @param clockMs epoch milliseconds, corrected to the ledger's clock
    public static EventJournal open(
            LaneStore store, SourceRegistry registry, int lanes, LongSupplier clockMs, Supplier<String> laneIds) {
        EventJournal journal = new EventJournal(store, clockMs, laneIds);
        List<JournalLane> existing = store.existing();
        existing.forEach(lane -> journal.noteUnregistered(lane, lane.floorAtOpening()));
        try {
            journal.takeUp(existing, lanes, KnownSources.read(registry, existing));
        } catch (SourcesUnavailableException away) {
            log.warn("the journal opens new lanes, since nobody can tell whether old ones may go on: {}", "" + away);
            journal.leftOver.addAll(existing);
        }
        while (journal.open.size() < lanes) {
            NewLane made = journal.create();
            journal.open.add(new OpenLane(made.lane(), made.recorder()));
        }
        try {
            journal.register(registry);
        } catch (SourcesUnavailableException away) {
            log.warn("{} journal lanes wait to be registered: {}", journal.unregisteredLanes(), "" + away);
        }
        return journal;
    }

    private void takeUp(List<JournalLane> existing, int lanes, KnownSources known) {
        for (JournalLane lane : existing) {
            if (open.size() < lanes && known.canGoOn(lane)) {
                long floorMs = Math.max(lane.floorAtOpening(), known.lastHeartbeatMs(lane));
                open.add(new OpenLane(lane, store.recorder(lane, floorMs)));
            } else {
                leftOver.add(lane);
            }
        }
    }

    /// A heartbeat later than an event that billing cannot know of would let a period close without it.
    private void noteUnregistered(JournalLane lane, long floorMs) {
        unregistered.put(
                lane.laneId(), lane.next(0).map(EventRecord::eventTimeMs).orElse(floorMs));
    }

    /// @param recorder its one writer
    record NewLane(JournalLane lane, LaneRecorder recorder) {}

    /// Makes a lane that is neither open nor left over yet, to be registered before it is written.
    NewLane create() {
        long nowMs = clockMs.getAsLong();
        JournalLane lane = store.create(laneIds.get());
        noteUnregistered(lane, nowMs);
        return new NewLane(lane, store.recorder(lane, nowMs));
    }

    /// Registers the sources of all lanes that may not be. Must come before anything is reported of them: the row's
    /// first heartbeat is not later than the lane's first event.
    void register(SourceRegistry registry) {
        unregistered.forEach((laneId, floorMs) -> {
            registry.open(laneId, floorMs);
            unregistered.remove(laneId);
        });
    }

    /// How many lanes have sources that billing may not know of.
    public int unregisteredLanes() {
        return unregistered.size();
    }

    public List<OpenLane> openLanes() {
        return List.copyOf(open);
    }

    public List<JournalLane> leftOverLanes() {
        return List.copyOf(leftOver);
    }

    /// Every lane of the process.
    public List<JournalLane> lanes() {
        List<JournalLane> all = new ArrayList<>();
        open.forEach(each -> all.add(each.lane()));
        all.addAll(leftOver);
        return all;
    }

    /// The open lanes become left over: nothing is appended any more.
    void retireOpenLanes() {
        open.forEach(each -> leftOver.add(each.lane()));
        open.clear();
    }

    void leaveOver(JournalLane lane) {
        leftOver.add(lane);
    }

    void forget(JournalLane lane) {
        leftOver.remove(lane);
        unregistered.remove(lane.laneId());
    }
}
