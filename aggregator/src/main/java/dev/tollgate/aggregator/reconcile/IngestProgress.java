package dev.tollgate.aggregator.reconcile;

import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.Topics;
import java.util.Map;

/// How far ingest has stored each partition of `usage.requests.v1`, in one snapshot.
///
/// @param nextOffsets by generation and partition; a partition that is absent was not read
public record IngestProgress(Map<Part, Long> nextOffsets) {

    /// A partition of one generation of the topic.
    public record Part(int generation, int partition) {}

    public IngestProgress {
        nextOffsets = Map.copyOf(nextOffsets);
    }

    /// Whether every event of the tenant up to and including the position is in the raw table. Of a generation before
    /// the newest that ingest reads, nothing more can come.
    public boolean hasStored(String tenantId, long logPosition) {
        int generation = LogPosition.generation(logPosition);
        int newest =
                nextOffsets.keySet().stream().mapToInt(Part::generation).max().orElse(0);
        if (generation < newest) {
            return true;
        }
        Long next = nextOffsets.get(new Part(generation, Topics.partitionOf(tenantId)));
        return next != null && LogPosition.offset(logPosition) < next;
    }

    /// Whether everything that the partition of the log held at the look is stored or has been refused.
    public boolean hasReached(LogLook look, int partition) {
        Long end = look.requestEnds().get(partition);
        return end != null && (end == 0 || nextOffsets.getOrDefault(new Part(look.generation(), partition), 0L) >= end);
    }
}
