package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Tells the database how the lanes stand, ends lanes that are left over, and frees what ingest has stored. One thread
/// calls `tick`, about once a second; every step may fail while PostgreSQL is away and is repeated at the next tick.
public final class JournalKeeper {

    private static final Logger log = LoggerFactory.getLogger(JournalKeeper.class);

    private final EventJournal journal;
    private final JournalPublisher publisher;
    private final SourceRegistry registry;
    private final LongSupplier clockMs;
    private final Set<String> sealed = new HashSet<>();
    private volatile boolean reachable = true;

    public JournalKeeper(
            EventJournal journal, JournalPublisher publisher, SourceRegistry registry, LongSupplier clockMs) {
        this.journal = journal;
        this.publisher = publisher;
        this.registry = registry;
        this.clockMs = clockMs;
    }

    public void tick() {
        try {
            registry.heartbeat(reports());
            free();
            reachable = true;
        } catch (RuntimeException away) {
            if (reachable) {
                log.warn("the state of the journal cannot be written now: {}", away.toString());
            }
            reachable = false;
        }
    }

    /// Whether the last tick reached the database.
    public boolean isReachable() {
        return reachable;
    }

    /// Order matters: what is published is read before what is appended, so that it is never more; the oldest pending
    /// event after the moment of the heartbeat, so that no event before that moment escapes both.
    private List<SourceReport> reports() {
        List<SourceReport> reports = new ArrayList<>();
        for (OpenLane each : journal.openLanes()) {
            long[] published = publisher.published(each.lane());
            each.snapshot().ifPresent(now -> add(reports, each.lane(), now.lastSequences(), published, now.floorMs()));
        }
        for (JournalLane lane : journal.leftOverLanes()) {
            long[] published = publisher.published(lane);
            add(reports, lane, lane.lastSequences(), published, clockMs.getAsLong());
        }
        return reports;
    }

    private void add(
            List<SourceReport> reports, JournalLane lane, long[] appended, long[] published, long heartbeatMs) {
        Long oldest = publisher.oldestPendingMs(lane).orElse(null);
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            boolean pending = published[partition] < appended[partition];
            reports.add(new SourceReport(
                    LaneSources.sourceOf(lane.laneId(), partition),
                    appended[partition],
                    published[partition],
                    pending ? oldest : null,
                    heartbeatMs));
        }
    }

    private void free() {
        List<String> sources = journal.lanes().stream()
                .flatMap(lane -> LaneSources.sourcesOf(lane.laneId()).stream())
                .toList();
        Map<String, SourceSequences> stored = registry.stored(sources);
        for (JournalLane lane : journal.lanes()) {
            lane.deleteStored((partition, sequence) -> isStored(lane, partition, sequence, stored));
        }
        for (JournalLane lane : journal.leftOverLanes()) {
            end(lane, stored);
        }
    }

    private static boolean isStored(
            JournalLane lane, int partition, long sequence, Map<String, SourceSequences> stored) {
        SourceSequences seen = stored.get(LaneSources.sourceOf(lane.laneId(), partition));
        return sequence == 0 || (seen != null && seen.isCompleteTo(sequence));
    }

    /// A left over lane is sealed once it is published, and deleted once it is stored.
    private void end(JournalLane lane, Map<String, SourceSequences> stored) {
        if (!publisher.isDrained(lane)) {
            return;
        }
        if (!sealed.contains(lane.laneId())) {
            lane.markClosed();
            registry.seal(sealsOf(lane, stored));
            sealed.add(lane.laneId());
            log.info("journal lane {} is published and sealed", lane.laneId());
        }
        long[] last = lane.lastSequences();
        for (int partition = 0; partition < Topics.PARTITIONS; partition++) {
            if (!isStored(lane, partition, last[partition], stored)) {
                return;
            }
        }
        publisher.remove(lane);
        journal.forget(lane);
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

    /// The end of the process: nothing is appended any more. Seals what is published; what is not stays open on the
    /// disk and is continued by the next process.
    public void retire() {
        journal.retireOpenLanes();
        tick();
    }
}
