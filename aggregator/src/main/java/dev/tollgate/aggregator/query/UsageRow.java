package dev.tollgate.aggregator.query;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What was used in one window, by one group.
///
/// @param groups the values of the query's groupings, in its order
/// @param avgDurationMs and the percentiles: of requests; null when there was none
public record UsageRow(
        Instant start,
        Instant end,
        List<String> groups,
        long totalRequests,
        long billableRequests,
        long successfulRequests,
        long failedRequests,
        long aiRequests,
        long units,
        long dbQueries,
        long bytesSent,
        long bytesReceived,
        @Nullable Long avgDurationMs,
        @Nullable Long p50DurationMs,
        @Nullable Long p95DurationMs,
        @Nullable Long p99DurationMs) {

    public UsageRow {
        groups = List.copyOf(groups);
    }
}
