package dev.tollgate.aggregator.query;

import dev.tollgate.aggregator.fold.QuantileSketch;
import java.util.List;

/// Adds up one row. Mutable; one thread owns an instance.
public final class UsageSum {

    private final QuantileSketch durations = new QuantileSketch();
    private Counts counts = new Counts(0, 0, 0, 0, 0, 0, 0, 0, 0, 0);

    /// The sums of some events; those of a void are negative.
    public record Counts(
            long totalRequests,
            long billableRequests,
            long successfulRequests,
            long failedRequests,
            long aiRequests,
            long units,
            long dbQueries,
            long bytesSent,
            long bytesReceived,
            long totalDurationMs) {

        Counts plus(Counts other) {
            return new Counts(
                    totalRequests + other.totalRequests,
                    billableRequests + other.billableRequests,
                    successfulRequests + other.successfulRequests,
                    failedRequests + other.failedRequests,
                    aiRequests + other.aiRequests,
                    units + other.units,
                    dbQueries + other.dbQueries,
                    bytesSent + other.bytesSent,
                    bytesReceived + other.bytesReceived,
                    totalDurationMs + other.totalDurationMs);
        }
    }

    public void add(Counts more) {
        counts = counts.plus(more);
    }

    /// Adds the durations of a bucket; its published sketch, empty for a bucket without requests.
    public void addSketch(byte[] sketch) {
        if (sketch.length > 0) {
            durations.add(QuantileSketch.fromBytes(sketch));
        }
    }

    /// Adds requests of one duration.
    public void addDurations(long durationMs, long requests) {
        if (requests > 0) {
            durations.record(durationMs, requests);
        }
    }

    public UsageRow toRow(UsageQuery.Span window, List<String> groups) {
        boolean measured = durations.count() > 0 && counts.totalRequests > 0;
        return new UsageRow(
                window.start(),
                window.end(),
                groups,
                counts.totalRequests,
                counts.billableRequests,
                counts.successfulRequests,
                counts.failedRequests,
                counts.aiRequests,
                counts.units,
                counts.dbQueries,
                counts.bytesSent,
                counts.bytesReceived,
                measured ? Long.valueOf(counts.totalDurationMs / counts.totalRequests) : null,
                measured ? Long.valueOf(durations.percentileMs(50)) : null,
                measured ? Long.valueOf(durations.percentileMs(95)) : null,
                measured ? Long.valueOf(durations.percentileMs(99)) : null);
    }
}
