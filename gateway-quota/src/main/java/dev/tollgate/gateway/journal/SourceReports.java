package dev.tollgate.gateway.journal;

import dev.tollgate.schema.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;

/// Makes the signs of life of all sources.
///
/// Order matters: what is published is read before what is appended, so that it is never more; the oldest pending
/// event after the moment of the heartbeat, so that no event before that moment escapes both.
final class SourceReports {

    private final EventJournal journal;
    private final JournalPublisher publisher;
    private final LongSupplier clockMs;

    SourceReports(EventJournal journal, JournalPublisher publisher, LongSupplier clockMs) {
        this.journal = journal;
        this.publisher = publisher;
        this.clockMs = clockMs;
    }

    List<SourceReport> make() {
        List<SourceReport> reports = new ArrayList<>();
        for (OpenLane each : journal.openLanes()) {
            JournalLane lane = each.lane();
            long[] published = publisher.published(lane);
            each.snapshot()
                    .filter(now -> now.lane().equals(lane))
                    .ifPresent(now -> add(reports, lane, now.lastSequences(), published, now.floorMs()));
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
}
