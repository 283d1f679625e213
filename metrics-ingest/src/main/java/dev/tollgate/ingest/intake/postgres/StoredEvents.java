package dev.tollgate.ingest.intake.postgres;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Objects;
import java.util.UUID;

/// Rows of `tenant_metrics_raw` as the events that they were.
final class StoredEvents {

    /// Parameters: tenant, time, id.
    static final String BY_KEY = """
            SELECT id, tenant_id, user_id, event_type, endpoint, method, route, duration_ms, db_query_count, db_duration_ms,
                response_status, bytes_sent, bytes_received, bytes_stored, units, event_time, source, sequence, voids
            FROM tenant_metrics_raw WHERE tenant_id = ? AND event_time = ? AND id = ?
            """;

    private StoredEvents() {}

    static RequestEvent event(ResultSet row) throws SQLException {
        EventType type = EventType.fromWireName(row.getString("event_type"));
        return new RequestEvent(
                row.getObject("id", UUID.class),
                row.getString("tenant_id"),
                row.getString("user_id"),
                Objects.requireNonNull(type, "the table checks the type"),
                row.getString("endpoint"),
                row.getString("method"),
                row.getString("route"),
                row.getLong("duration_ms"),
                row.getLong("db_query_count"),
                row.getObject("db_duration_ms", Long.class),
                row.getObject("response_status", Integer.class),
                row.getLong("bytes_sent"),
                row.getLong("bytes_received"),
                row.getObject("bytes_stored", Long.class),
                row.getLong("units"),
                row.getObject("event_time", OffsetDateTime.class).toInstant(),
                row.getString("source"),
                row.getLong("sequence"),
                row.getObject("voids", UUID.class));
    }
}
