package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// All lanes of this process: those that are written, one per event loop, and those that are left over from earlier
/// processes and only wait to be published, sealed and stored.
public final class EventJournal {

    private static final Logger log = LoggerFactory.getLogger(EventJournal.class);

    private final List<OpenLane> open = new CopyOnWriteArrayList<>();
    private final List<JournalLane> leftOver = new CopyOnWriteArrayList<>();

    private EventJournal() {}

    /// Takes up the lanes of the store and opens new ones until there are `lanes`. A lane that was closed, damaged,
    /// sealed by others, or that ingest knows better than its own files, is left over. Needs the registry.
    ///
    /// @param clockMs epoch milliseconds, corrected to the ledger's clock
    public static EventJournal open(
            LaneStore store, SourceRegistry registry, int lanes, LongSupplier clockMs, Supplier<String> laneIds) {
        EventJournal journal = new EventJournal();
        List<JournalLane> existing = store.existing();
        List<String> sources = existing.stream()
                .flatMap(lane -> LaneSources.sourcesOf(lane.laneId()).stream())
                .toList();
        Map<String, SourceState> states = registry.states(sources);
        Map<String, SourceSequences> stored = registry.stored(sources);
        for (JournalLane lane : existing) {
            if (journal.open.size() < lanes && canGoOn(lane, states, stored)) {
                long floorMs = Math.max(lane.floorAtOpening(), lastHeartbeatMs(lane, states));
                registry.open(lane.laneId(), floorMs);
                journal.open.add(new OpenLane(lane, store.recorder(lane, floorMs)));
            } else {
                journal.leftOver.add(lane);
            }
        }
        while (journal.open.size() < lanes) {
            JournalLane lane = store.create(laneIds.get());
            long nowMs = clockMs.getAsLong();
            registry.open(lane.laneId(), nowMs);
            journal.open.add(new OpenLane(lane, store.recorder(lane, nowMs)));
        }
        return journal;
    }

    private static boolean canGoOn(
            JournalLane lane, Map<String, SourceState> states, Map<String, SourceSequences> stored) {
        if (lane.isClosed()) {
            return false;
        }
        if (lane.isDamaged()) {
            log.error("journal lane {} is damaged: it is published and ended, and a new one opened", lane.laneId());
            return false;
        }
        long[] last = lane.lastSequences();
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            String source = LaneSources.sourceOf(lane.laneId(), partition);
            SourceState state = states.get(source);
            if (state != null && !state.open()) {
                log.warn("source {} was ended by others: its lane is not continued", source);
                return false;
            }
            SourceSequences seen = stored.get(source);
            if (seen != null && seen.highest() > last[partition]) {
                log.error(
                        "source {}: ingest has {} but the journal ends at {}; the lane is not continued",
                        source,
                        seen.highest(),
                        last[partition]);
                return false;
            }
        }
        return true;
    }

    private static long lastHeartbeatMs(JournalLane lane, Map<String, SourceState> states) {
        long lastMs = 0;
        for (String source : LaneSources.sourcesOf(lane.laneId())) {
            SourceState state = states.get(source);
            lastMs = state == null ? lastMs : Math.max(lastMs, state.heartbeatMs());
        }
        return lastMs;
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

    void forget(JournalLane lane) {
        leftOver.remove(lane);
    }
}
