package dev.tollgate.aggregator.reconcile;

import dev.tollgate.schema.contract.Topics;
import java.util.Map;

/// How far the sink has stored its two topics, by partition, in one snapshot.
public record SinkProgress(Map<Integer, Long> hourly, Map<Integer, Long> stale) {

    public SinkProgress {
        hourly = Map.copyOf(hourly);
        stale = Map.copyOf(stale);
    }

    /// Whether everything of the tenant that the topics held at the look is stored.
    public boolean hasReached(LogLook look, String tenantId) {
        return hasReached(look, Topics.partitionOf(tenantId));
    }

    /// The same of all partitions.
    public boolean hasReached(LogLook look) {
        return look.hourlyEnds().keySet().stream().allMatch(partition -> hasReached(look, partition));
    }

    private boolean hasReached(LogLook look, int partition) {
        return reached(hourly, look.hourlyEnds(), partition) && reached(stale, look.staleEnds(), partition);
    }

    private static boolean reached(Map<Integer, Long> positions, Map<Integer, Long> ends, int partition) {
        Long end = ends.get(partition);
        return end != null && (end == 0 || positions.getOrDefault(partition, 0L) >= end);
    }
}
