package dev.tollgate.gateway.journal;

import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Gives an event loop another lane when a source of its present one was sealed or abandoned by others: billing does
/// not wait for such a source, so nothing more may be appended to it. Belongs to the keeper's thread; every step may
/// fail and is repeated at the next tick, with the lane that was made already.
final class LaneReplacement {

    private static final Logger log = LoggerFactory.getLogger(LaneReplacement.class);

    private final EventJournal journal;
    private final JournalPublisher publisher;
    private final SourceRegistry registry;
    private final Map<OpenLane, EventJournal.NewLane> prepared = new HashMap<>();
    private final Set<String> unplaceable = new HashSet<>();

    LaneReplacement(EventJournal journal, JournalPublisher publisher, SourceRegistry registry) {
        this.journal = journal;
        this.publisher = publisher;
        this.registry = registry;
    }

    void replaceEnded() {
        Map<String, SourceState> states = registry.states(LaneSources.sourcesOf(
                journal.openLanes().stream().map(OpenLane::lane).toList()));
        for (OpenLane each : journal.openLanes()) {
            EventJournal.NewLane next = prepared.get(each);
            if (next != null && next.lane().equals(each.lane())) {
                prepared.remove(each);
            } else if (next != null || hasEnded(each.lane(), states)) {
                replace(each);
            }
        }
    }

    private static boolean hasEnded(JournalLane lane, Map<String, SourceState> states) {
        return LaneSources.sourcesOf(lane.laneId()).stream()
                .map(states::get)
                .anyMatch(state -> state != null && !state.open());
    }

    private void replace(OpenLane place) {
        EventJournal.NewLane next = prepared.get(place);
        if (next == null) {
            try {
                next = prepare(place);
            } catch (UncheckedIOException full) {
                sayOnce(place, full);
                return;
            }
        }
        journal.register(registry);
        if (place.replace(next.lane(), next.recorder(), journal::leaveOver).orElse(false)) {
            prepared.remove(place);
        }
    }

    private EventJournal.NewLane prepare(OpenLane place) {
        EventJournal.NewLane next = journal.create();
        prepared.put(place, next);
        publisher.add(next.lane());
        log.warn(
                "a source of journal lane {} was ended by others: lane {} takes its place",
                place.lane().laneId(),
                next.lane().laneId());
        return next;
    }

    private void sayOnce(OpenLane place, UncheckedIOException full) {
        if (unplaceable.add(place.lane().laneId())) {
            log.error(
                    "a source of journal lane {} was ended by others, but there is no room for another lane: {}",
                    place.lane().laneId(),
                    full.getMessage());
        }
    }

    /// Lanes that were made and never written become left over.
    void retire() {
        prepared.forEach((place, next) -> {
            if (!place.lane().equals(next.lane())) {
                journal.leaveOver(next.lane());
            }
        });
        prepared.clear();
    }
}
