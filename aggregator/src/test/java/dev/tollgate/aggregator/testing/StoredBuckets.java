package dev.tollgate.aggregator.testing;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RouteUsage;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;

/// Reads rows back as the buckets that they were, as text to compare byte for byte.
public final class StoredBuckets {

    private static final String HOURS = "SELECT tenant_id, hour_bucket, event_count, total_requests, billable_requests,"
            + " successful_requests, failed_requests, ai_requests, units, total_duration_ms, p50_duration_ms,"
            + " p95_duration_ms, p99_duration_ms, total_db_queries, total_bytes_sent, total_bytes_received,"
            + " storage_bytes, fingerprint, log_position, owner, sketch FROM tenant_metrics_hourly"
            + " WHERE tenant_id LIKE ?";
    private static final String ROUTES = "SELECT * FROM tenant_metrics_hourly_routes WHERE tenant_id LIKE ?";

    private StoredBuckets() {}

    static Map<HourKey, String> of(Connection connection, String tenants) throws SQLException {
        Map<HourKey, List<RouteUsage>> routes = new HashMap<>();
        Map<HourKey, String> hours = new TreeMap<>();
        try (PreparedStatement statement = connection.prepareStatement(ROUTES)) {
            statement.setString(1, tenants);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    routes.computeIfAbsent(key(row), key -> new ArrayList<>()).add(usage(row));
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(HOURS)) {
            statement.setString(1, tenants);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    hours.put(key(row), text(bucket(row, routes.getOrDefault(key(row), List.of()))));
                }
            }
        }
        return hours;
    }

    /// A bucket with its routes by name, whose order of appearance the table does not keep.
    public static String text(HourlyBucket bucket) {
        List<RouteUsage> byName = bucket.routes().stream()
                .sorted(Comparator.comparing(RouteUsage::route))
                .toList();
        return new String(BucketCodec.encode(bucket), StandardCharsets.UTF_8).replaceAll(",\"routes\".*", "") + byName;
    }

    private static HourKey key(ResultSet row) throws SQLException {
        return new HourKey(
                row.getString(1),
                row.getObject(2, OffsetDateTime.class).toInstant().toEpochMilli());
    }

    private static RouteUsage usage(ResultSet row) throws SQLException {
        return new RouteUsage(
                row.getString(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getLong(11),
                row.getLong(12));
    }

    private static HourlyBucket bucket(ResultSet row, List<RouteUsage> routes) throws SQLException {
        return new HourlyBucket(
                row.getString(1),
                key(row).hour(),
                row.getLong(3),
                row.getLong(4),
                row.getLong(5),
                row.getLong(6),
                row.getLong(7),
                row.getLong(8),
                row.getLong(9),
                row.getLong(10),
                row.getObject(11, Long.class),
                row.getObject(12, Long.class),
                row.getObject(13, Long.class),
                row.getLong(14),
                row.getLong(15),
                row.getLong(16),
                row.getObject(17, Long.class),
                row.getLong(18),
                row.getLong(19),
                Objects.requireNonNull(HourOwner.fromWireName(row.getString(20))),
                row.getBytes(21),
                routes);
    }
}
