package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.Measurement;
import dev.tollgate.schema.contract.EventType;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// Rows of `tenant_metrics_raw` as measurements.
final class RawRows {

    /// What a measurement needs, in the order in which `measurement` reads it.
    static final String COLUMNS = "r.id, r.event_type, (extract(epoch FROM r.event_time) * 1000)::bigint, r.units,"
            + " r.duration_ms, r.db_query_count, coalesce(r.response_status, 0), r.bytes_sent, r.bytes_received,"
            + " r.bytes_stored, r.route, r.voids IS NOT NULL, r.log_position";

    private static final int LOG_POSITION = 12;

    private RawRows() {}

    /// @param first the column at which `COLUMNS` start
    static Measurement measurement(ResultSet row, int first) throws SQLException {
        EventType type = EventType.fromWireName(row.getString(first + 1));
        if (type == null) {
            throw new SQLException("a raw row of unknown event type " + row.getString(first + 1));
        }
        return new Measurement(
                row.getObject(first, UUID.class),
                type,
                row.getLong(first + 2),
                row.getLong(first + 3),
                row.getLong(first + 4),
                row.getLong(first + 5),
                row.getInt(first + 6),
                row.getLong(first + 7),
                row.getLong(first + 8),
                row.getObject(first + 9, Long.class),
                row.getString(first + 10),
                row.getBoolean(first + 11));
    }

    static long logPosition(ResultSet row, int first) throws SQLException {
        return row.getLong(first + LOG_POSITION);
    }
}
