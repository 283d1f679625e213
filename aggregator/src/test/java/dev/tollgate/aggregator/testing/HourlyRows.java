package dev.tollgate.aggregator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.EventFingerprint;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;

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
