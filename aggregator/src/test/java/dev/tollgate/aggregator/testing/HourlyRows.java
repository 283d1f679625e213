package dev.tollgate.aggregator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/// Looks at the tables from outside. Tenants are named by a LIKE pattern.
public final class HourlyRows {

    private final Connection connection;
    private final Duration deadline;

    public HourlyRows(Connection connection, Duration deadline) {
        this.connection = connection;
        this.deadline = deadline;
    }

    /// Waits until the hours of that owner hold exactly those events.
    public void awaitExactly(String tenants, List<RequestEvent> events, String owner) {
        EventFingerprint fingerprint = new EventFingerprint();
        long expected = events.stream().mapToLong(fingerprint::of).sum();
        Await.until(events.size() + " events of " + tenants + " in hours of " + owner, deadline, () -> {
            assertThat(sum("event_count", tenants, owner)).isEqualTo(events.size());
            return sum("fingerprint", tenants, owner) == expected;
        });
    }

    /// Hours whose bucket differs from what SQL finds in the raw table.
    public long differencesFromRaw(String tenants) throws SQLException {
        return number(
                "SELECT count(*) FROM tenant_metrics_hourly h LEFT JOIN LATERAL tollgate.usage_from_raw(h.tenant_id,"
                        + " h.hour_bucket, h.hour_bucket + interval '1 hour', 9223372036854775807) r ON true"
                        + " WHERE h.tenant_id LIKE ? AND (h.event_count, h.billable_requests, h.units, h.total_db_queries,"
                        + " h.total_requests, h.total_duration_ms, h.fingerprint) IS DISTINCT FROM (r.event_count,"
                        + " r.billable_requests, r.units, r.db_queries, r.request_count, r.total_duration_ms,"
                        + " r.fingerprint)",
                tenants);
    }

    /// Hours whose routes do not add up to their bucket.
    public long differencesFromRoutes(String tenants) throws SQLException {
        return number(
                "SELECT count(*) FROM tenant_metrics_hourly h LEFT JOIN LATERAL (SELECT count(*) AS parts,"
                        + " sum(event_count) AS events, sum(total_requests) AS requests,"
                        + " sum(billable_requests) AS billable, sum(successful_requests) AS successful,"
                        + " sum(failed_requests) AS failed, sum(units) AS units, sum(total_duration_ms) AS duration_ms,"
                        + " sum(total_bytes_sent) AS sent, sum(total_bytes_received) AS received"
                        + " FROM tenant_metrics_hourly_routes r"
                        + " WHERE r.tenant_id = h.tenant_id AND r.hour_bucket = h.hour_bucket) r ON true"
                        + " WHERE h.tenant_id LIKE ? AND (r.parts > 34 OR (h.event_count, h.total_requests,"
                        + " h.billable_requests, h.successful_requests, h.failed_requests, h.units, h.total_duration_ms,"
                        + " h.total_bytes_sent, h.total_bytes_received) IS DISTINCT FROM (r.events, r.requests, r.billable,"
                        + " r.successful, r.failed, r.units, r.duration_ms, r.sent, r.received))",
                tenants);
    }

    /// The stored hours, each as `BucketCodec` writes it with its routes by name.
    public Map<HourKey, String> buckets(String tenants) throws SQLException {
        return StoredBuckets.of(connection, tenants);
    }

    public long sum(String column, String tenants, String owner) throws SQLException {
        return number(
                "SELECT tollgate.wrap_int64(coalesce(sum(" + column + "), 0)) FROM tenant_metrics_hourly"
                        + " WHERE owner = '" + owner + "' AND tenant_id LIKE ?",
                tenants);
    }

    public long count(String table, String tenants) throws SQLException {
        return number("SELECT count(*) FROM " + table + " WHERE tenant_id LIKE ?", tenants);
    }

    private long number(String sql, String tenants) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenants);
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).isTrue();
                return row.getLong(1);
            }
        }
    }
}
