package dev.tollgate.billing.period;

import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.Topics;
import java.util.Map;

/// How far ingest had stored each partition of the usage topic at one moment, as log positions: every event that was
/// visible at that moment lies below its partition's cut, every later one at or above it.
public final class LogCuts {

    private final int generation;
    private final Map<Integer, Long> nextOffsetByPartition;

    /// @param generation the newest generation of the topic
    /// @param nextOffsetByPartition of that generation; a partition that is absent has nothing stored
    public LogCuts(int generation, Map<Integer, Long> nextOffsetByPartition) {
        this.generation = generation;
        this.nextOffsetByPartition = Map.copyOf(nextOffsetByPartition);
    }

    public long of(String tenantId) {
        return LogPosition.of(generation, nextOffsetByPartition.getOrDefault(Topics.partitionOf(tenantId), 0L));
    }
}
