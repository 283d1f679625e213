package dev.tollgate.aggregator.query.postgres;

import dev.tollgate.aggregator.fold.QuantileSketch;
import dev.tollgate.aggregator.fold.postgres.SqlArrays;
import dev.tollgate.aggregator.query.Grouping;
import dev.tollgate.aggregator.query.UsageSum;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// Usage added up from raw events by the database, one row per window, group and duration. The database sorts them, so
/// that one group at a time is in memory here.
final class RawUsage {

    private static final int ROWS_PER_FETCH = 2_000;

    /// What an event counts.
    private static final String SIGN = "CASE WHEN voids IS NULL THEN 1 ELSE -1 END";

    private static final String IS_REQUEST = "event_type IN ('api_request', 'ai_request')";

    private RawUsage() {}

    /// A part of the time, and the index of the window that it belongs to.
    record Piece(int window, Instant from, Instant to) {}

    /// Takes the rows as they come.
    @FunctionalInterface
    interface Sink {

        /// @param requests of that duration; 0 where the row tells of other events
        /// @return whether to go on
        boolean take(int window, List<String> groups, UsageSum.Counts counts, long durationMs, long requests);
    }

    /// @param pieces in order, which do not overlap
    /// @param after the groups of the first window up to which rows are left out; empty to leave out none
    static void read(
            Connection connection,
            String tenantId,
            List<Piece> pieces,
            List<Grouping> groupBy,
            List<String> after,
            Sink sink)
            throws SQLException {
        if (pieces.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(sql(groupBy, !after.isEmpty()))) {
            statement.setFetchSize(ROWS_PER_FETCH);
            SqlArrays.bind(statement, 1, "integer", pieces, Piece::window);
            SqlArrays.bind(
                    statement, 2, "timestamptz", pieces, piece -> piece.from().toString());
            SqlArrays.bind(
                    statement, 3, "timestamptz", pieces, piece -> piece.to().toString());
            statement.setString(4, tenantId);
            int parameter = 5;
            if (!after.isEmpty()) {
                statement.setInt(parameter++, pieces.getFirst().window());
            }
            for (String value : after) {
                statement.setString(parameter++, value);
            }
            try (ResultSet row = statement.executeQuery()) {
                boolean wanted = true;
                while (wanted && row.next()) {
                    wanted = take(row, groupBy.size(), sink);
                }
            }
        }
    }

    private static boolean take(ResultSet row, int groupCount, Sink sink) throws SQLException {
        List<String> groups = new ArrayList<>(groupCount);
        for (int i = 0; i < groupCount; i++) {
            groups.add(row.getString("g" + i));
        }
        long requests = row.getLong("requests");
        UsageSum.Counts counts = new UsageSum.Counts(
                requests,
                row.getLong("billable"),
                row.getLong("successful"),
                row.getLong("failed"),
                row.getLong("ai"),
                row.getLong("units"),
                row.getLong("db_queries"),
                row.getLong("bytes_sent"),
                row.getLong("bytes_received"),
                row.getLong("total_duration_ms"));
        return sink.take(row.getInt("window_no"), groups, counts, row.getLong("sketched_ms"), requests);
    }

    private static String sql(List<Grouping> groupBy, boolean continued) {
        List<String> names =
                IntStream.range(0, groupBy.size()).mapToObj(i -> "g" + i).toList();
        String groups = names.stream().map(name -> name + ", ").collect(Collectors.joining());
        String expressions = IntStream.range(0, groupBy.size())
                .mapToObj(i -> expression(groupBy.get(i)) + " COLLATE \"C\" AS g" + i + ", ")
                .collect(Collectors.joining());
        String place = continued
                ? "WHERE p.window_no > ? OR (" + String.join(", ", names) + ") > ("
                        + String.join(", ", names.stream().map(name -> "?").toList()) + ")\n"
                : "";
        return """
                SELECT p.window_no, u.*
                FROM unnest(?::integer[], ?::timestamptz[], ?::timestamptz[]) AS p (window_no, begins, ends)
                CROSS JOIN LATERAL (
                    SELECT %1$ssketched_ms,
                        sum(sign) FILTER (WHERE is_request) AS requests,
                        sum(sign) FILTER (WHERE is_request AND units > 0) AS billable,
                        sum(sign) FILTER (WHERE is_request AND response_status BETWEEN 200 AND 299) AS successful,
                        sum(sign) FILTER (WHERE is_request AND response_status BETWEEN 400 AND 599) AS failed,
                        sum(sign) FILTER (WHERE event_type = 'ai_request') AS ai,
                        sum(sign * units) AS units,
                        sum(sign * db_query_count) AS db_queries,
                        sum(sign * bytes_sent) AS bytes_sent,
                        sum(sign * bytes_received) AS bytes_received,
                        sum(sign * duration_ms) FILTER (WHERE is_request) AS total_duration_ms
                    FROM (SELECT %2$s%3$s AS sign, %4$s AS is_request,
                            CASE WHEN %4$s THEN least(duration_ms, %5$d) END AS sketched_ms,
                            event_type, units, response_status, db_query_count, bytes_sent, bytes_received, duration_ms
                        FROM tenant_metrics_raw
                        WHERE tenant_id = ? AND event_time >= p.begins AND event_time < p.ends) AS e
                    GROUP BY %1$ssketched_ms) AS u
                %6$sORDER BY p.window_no, %1$ssketched_ms""".formatted(groups, expressions, SIGN, IS_REQUEST, QuantileSketch.SKETCHED_MS_MAX, place);
    }

    private static String expression(Grouping grouping) {
        return switch (grouping) {
            case ROUTE -> "coalesce(route, '')";
            case METHOD -> "coalesce(method, '')";
            case STATUS_CLASS -> "coalesce((response_status / 100)::text || 'xx', '')";
        };
    }
}
