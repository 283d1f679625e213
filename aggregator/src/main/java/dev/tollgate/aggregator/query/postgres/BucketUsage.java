package dev.tollgate.aggregator.query.postgres;

import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.query.UsageQuery.Span;
import dev.tollgate.aggregator.query.UsageSum;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;

/// Windows added up from hourly buckets, one bucket in memory at a time. What a window's bounds cut from an hour is
/// left to the raw events.
final class BucketUsage {

    private static final int ROWS_PER_FETCH = 200;

    private static final String BUCKETS = """
            SELECT hour_bucket, total_requests, billable_requests, successful_requests, failed_requests, ai_requests,
                units, total_db_queries, total_bytes_sent, total_bytes_received, total_duration_ms, sketch
            FROM tenant_metrics_hourly WHERE tenant_id = ? AND hour_bucket >= ? AND hour_bucket < ? ORDER BY hour_bucket""";

    private BucketUsage() {}

    /// Adds each whole UTC hour to the sum of the window that holds it.
    static void add(Connection connection, String tenantId, List<Span> windows, List<UsageSum> sums)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BUCKETS)) {
            statement.setFetchSize(ROWS_PER_FETCH);
            statement.setString(1, tenantId);
            statement.setObject(2, windows.getFirst().start().atOffset(ZoneOffset.UTC));
            statement.setObject(3, windows.getLast().end().atOffset(ZoneOffset.UTC));
            try (ResultSet row = statement.executeQuery()) {
                int window = 0;
                while (row.next()) {
                    Instant hour = row.getObject(1, OffsetDateTime.class).toInstant();
                    while (!hour.isBefore(windows.get(window).end())) {
                        window++;
                    }
                    if (!hour.plusMillis(Hours.HOUR_MS)
                            .isAfter(windows.get(window).end())) {
                        sums.get(window).add(counts(row));
                        sums.get(window).addSketch(row.getBytes(12));
                    }
                }
            }
        }
    }

    private static UsageSum.Counts counts(ResultSet row) throws SQLException {
        return new UsageSum.Counts(
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11));
    }

    /// The parts of windows that lie in no whole hour of theirs, two a window at most, and the window of each.
    static List<RawUsage.Piece> cutHours(List<Span> windows) {
        List<RawUsage.Piece> pieces = new ArrayList<>();
        for (int i = 0; i < windows.size(); i++) {
            Instant start = windows.get(i).start();
            Instant end = windows.get(i).end();
            Instant firstWhole = Instant.ofEpochMilli(Hours.floor(start.toEpochMilli() + Hours.HOUR_MS - 1));
            Instant lastWhole = Instant.ofEpochMilli(Hours.floor(end.toEpochMilli()));
            if (firstWhole.isAfter(lastWhole)) {
                pieces.add(new RawUsage.Piece(i, start, end));
                continue;
            }
            if (start.isBefore(firstWhole)) {
                pieces.add(new RawUsage.Piece(i, start, firstWhole));
            }
            if (lastWhole.isBefore(end)) {
                pieces.add(new RawUsage.Piece(i, lastWhole, end));
            }
        }
        return pieces;
    }
}
