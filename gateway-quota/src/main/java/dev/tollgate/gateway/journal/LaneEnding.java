package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Frees what ingest has stored; seals a left over lane once it is published, and deletes it once it is stored. Belongs
/// to the keeper's thread.
final class LaneEnding {

    private static final Logger log = LoggerFactory.getLogger(LaneEnding.class);

    private final EventJournal journal;
    private final JournalPublisher publisher;
    private final SourceRegistry registry;
    private final Set<String> sealed = new HashSet<>();
    private final Set<String> unclosable = new HashSet<>();

    LaneEnding(EventJournal journal, JournalPublisher publisher, SourceRegistry registry) {
        this.journal = journal;
        this.publisher = publisher;
        this.registry = registry;
    }

    void free(Map<String, SourceSequences> stored) {
        for (JournalLane lane : journal.lanes()) {
            lane.deleteStored((partition, sequence) -> isStored(lane, partition, sequence, stored));
        }
        for (JournalLane lane : journal.leftOverLanes()) {
            lane.endWriting();
            if (publisher.isDrained(lane) && seal(lane, stored)) {
                deleteIfStored(lane, stored);
            }
        }
    }

    private static boolean isStored(
            JournalLane lane, int partition, long sequence, Map<String, SourceSequences> stored) {
        SourceSequences seen = stored.get(LaneSources.sourceOf(lane.laneId(), partition));
        return sequence == 0 || (seen != null && seen.isCompleteTo(sequence));
    }

    /// False when a full disk does not let the lane be closed now.
    private boolean seal(JournalLane lane, Map<String, SourceSequences> stored) {
        if (sealed.contains(lane.laneId())) {
            return true;
        }
        try {
            lane.markClosed();
        } catch (UncheckedIOException full) {
            if (unclosable.add(lane.laneId())) {
                log.warn("journal lane {} cannot be closed now: {}", lane.laneId(), full.getMessage());
            }
            return false;
        }
        registry.seal(sealsOf(lane, stored));
        sealed.add(lane.laneId());
        log.info("journal lane {} is published and sealed", lane.laneId());
        return true;
    }

    private void deleteIfStored(JournalLane lane, Map<String, SourceSequences> stored) {
        long[] last = lane.lastSequences();
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            if (!isStored(lane, partition, last[partition], stored)) {
                return;
            }
        }
        publisher.remove(lane);
        journal.forget(lane);
        sealed.remove(lane.laneId());
        unclosable.remove(lane.laneId());
        lane.delete();
        log.info("journal lane {} is stored and deleted", lane.laneId());
    }

    /// What ingest saw beyond the lane's own files was published before the files were lost; what is missing in there
    /// is lost for good.
    private static List<SourceSeal> sealsOf(JournalLane lane, Map<String, SourceSequences> stored) {
        List<SourceSeal> seals = new ArrayList<>();
        long[] last = lane.lastSequences();
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            String source = LaneSources.sourceOf(lane.laneId(), partition);
            SourceSequences seen = stored.get(source);
            long own = last[partition];
            if (seen == null || seen.highest() <= own) {
                seals.add(SourceSeal.clean(source, own));
                continue;
            }
            long gap = seen.missing().stream()
                    .mapToLong(range -> Math.max(0, range.to() - Math.max(range.from(), own + 1) + 1))
                    .sum();
            String reason = "the journal lost events that had been published; " + gap + " never reached ingest";
            seals.add(new SourceSeal(source, seen.highest(), gap, gap == 0 ? null : reason));
        }
        return seals;
    }
}
