package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// What the database and ingest know of lanes that earlier processes left.
record KnownSources(Map<String, SourceState> states, Map<String, SourceSequences> stored) {

    private static final Logger log = LoggerFactory.getLogger(KnownSources.class);

    static KnownSources read(SourceRegistry registry, List<JournalLane> lanes) {
        List<String> sources = LaneSources.sourcesOf(lanes);
        return new KnownSources(registry.states(sources), registry.stored(sources));
    }

    boolean canGoOn(JournalLane lane) {
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

    /// The latest promise that one of the lane's sources made.
    long lastHeartbeatMs(JournalLane lane) {
        long lastMs = 0;
        for (String source : LaneSources.sourcesOf(lane.laneId())) {
            SourceState state = states.get(source);
            lastMs = state == null ? lastMs : Math.max(lastMs, state.heartbeatMs());
        }
        return lastMs;
    }
}
