package dev.tollgate.aggregator.reconcile;

import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.Topics;
import java.time.Instant;
import java.util.Map;

/// How far the log and its fold were at a moment. The parts are read in the order of the fields, so that the outcome of
/// everything below `folded` lies below the ends of the two topics.
///
/// @param generation of `usage.requests.v1`
/// @param folded next offset to fold, by partition; absent while nothing was folded
/// @param hourlyEnds where `usage.hourly.v1` ended, by partition
/// @param staleEnds where `usage.hourly.stale.v1` ended, by partition
/// @param requestEnds where `usage.requests.v1` ended, by partition
/// @param takenAt a moment before the first part was read
public record LogLook(
        int generation,
        Map<Integer, Long> folded,
        Map<Integer, Long> hourlyEnds,
        Map<Integer, Long> staleEnds,
        Map<Integer, Long> requestEnds,
        Instant takenAt) {

    public LogLook {
        folded = Map.copyOf(folded);
        hourlyEnds = Map.copyOf(hourlyEnds);
        staleEnds = Map.copyOf(staleEnds);
        requestEnds = Map.copyOf(requestEnds);
    }

    /// Whether the fold has passed the position. Of an earlier generation nothing more is folded.
    public boolean hasFolded(String tenantId, long logPosition) {
        int of = LogPosition.generation(logPosition);
        if (of != generation) {
            return of < generation;
        }
        Long next = folded.get(Topics.partitionOf(tenantId));
        return next != null && LogPosition.offset(logPosition) < next;
    }
}
