package dev.tollgate.aggregator.fold.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RouteUsage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/// Writes `tenant_metrics_hourly_routes`. Who holds an hour's row of `tenant_metrics_hourly` may write its routes.
final class HourlyRoutesTable {

    /// One sum: its column and its value in a part.
    private record Sum(String column, Function<RouteUsage, Long> value) {}

    private static final List<Sum> SUMS = List.of(
            new Sum("event_count", RouteUsage::events),
            new Sum("total_requests", RouteUsage::requests),
            new Sum("billable_requests", RouteUsage::billable),
            new Sum("successful_requests", RouteUsage::successful),
            new Sum("failed_requests", RouteUsage::failed),
            new Sum("units", RouteUsage::units),
            new Sum("total_duration_ms", RouteUsage::totalDurationMs),
            new Sum("total_bytes_sent", RouteUsage::bytesSent),
            new Sum("total_bytes_received", RouteUsage::bytesReceived));

    private static final int FIRST_SUM_AT = 4;

    /// Rows of routes that their hour does not have any more.
    private static final String DELETE = "DELETE FROM tenant_metrics_hourly_routes r"
            + " USING unnest(?::text[], ?::timestamptz[]) AS k (tenant_id, hour_bucket)"
            + " WHERE r.tenant_id = k.tenant_id AND r.hour_bucket = k.hour_bucket AND NOT EXISTS (SELECT"
            + " FROM unnest(?::text[], ?::timestamptz[], ?::text[]) AS n (tenant_id, hour_bucket, route)"
            + " WHERE n.tenant_id = r.tenant_id AND n.hour_bucket = r.hour_bucket AND n.route = r.route)";

    private static final String UPSERT = upsert();

    private HourlyRoutesTable() {}

    private record Row(HourKey key, RouteUsage usage) {}

    /// Stores routes of a stream's buckets, whose hours never lose a route that they had.
    static void grow(Connection connection, List<HourlyBucket> buckets) throws SQLException {
        upsert(connection, rows(buckets));
    }

    /// Makes each bucket's routes the only ones of its hour.
    static void replace(Connection connection, List<HourlyBucket> buckets) throws SQLException {
        if (buckets.isEmpty()) {
            return;
        }
        List<Row> rows = rows(buckets);
        try (PreparedStatement statement = connection.prepareStatement(DELETE)) {
            SqlArrays.bindKeys(statement, 1, buckets.stream().map(HourKey::of).toList());
            bindNames(statement, 3, rows);
            statement.executeUpdate();
        }
        upsert(connection, rows);
    }

    private static List<Row> rows(List<HourlyBucket> buckets) {
        return buckets.stream()
                .flatMap(bucket -> bucket.routes().stream().map(usage -> new Row(HourKey.of(bucket), usage)))
                .toList();
    }

    private static void upsert(Connection connection, List<Row> rows) throws SQLException {
        if (rows.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(UPSERT)) {
            bindNames(statement, 1, rows);
            for (int i = 0; i < SUMS.size(); i++) {
                Function<RouteUsage, Long> value = SUMS.get(i).value();
                SqlArrays.bind(statement, FIRST_SUM_AT + i, "bigint", rows, row -> value.apply(row.usage));
            }
            statement.executeUpdate();
        }
    }

    private static void bindNames(PreparedStatement statement, int index, List<Row> rows) throws SQLException {
        SqlArrays.bindKeys(statement, index, rows.stream().map(Row::key).toList());
        SqlArrays.bind(statement, index + 2, "text", rows, row -> row.usage.route());
    }

    /// Leaves rows alone that say the same already: between two emissions most routes rest.
    private static String upsert() {
        String names = columns("");
        String arrays = SUMS.stream().map(sum -> "?::bigint[]").collect(Collectors.joining(", "));
        String changes = SUMS.stream()
                .map(sum -> sum.column + " = excluded." + sum.column)
                .collect(Collectors.joining(", "));
        return "INSERT INTO tenant_metrics_hourly_routes AS r (tenant_id, hour_bucket, route, " + names + ")"
                + " SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::text[], " + arrays + ")"
                + " ON CONFLICT (tenant_id, hour_bucket, route) DO UPDATE SET " + changes
                + " WHERE (" + columns("r.") + ") IS DISTINCT FROM (" + columns("excluded.") + ")";
    }

    private static String columns(String prefix) {
        return SUMS.stream().map(sum -> prefix + sum.column).collect(Collectors.joining(", "));
    }
}
