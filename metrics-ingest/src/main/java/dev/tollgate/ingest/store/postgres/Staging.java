package dev.tollgate.ingest.store.postgres;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Stores rows of which some are in the raw table already. That is a fault of a producer, since sequences have
/// passed: the aggregator has counted such an event twice, so its hour is marked to be recomputed from raw.
final class Staging {

    private static final Logger LOG = LoggerFactory.getLogger(Staging.class);

    private static final String TABLE = "tollgate_ingest_stage";
    private static final String CREATE =
            "CREATE TEMPORARY TABLE IF NOT EXISTS " + TABLE + " (LIKE tenant_metrics_raw) ON COMMIT DELETE ROWS";
    private static final String EMPTY = "DELETE FROM " + TABLE;
    private static final String STORE_AND_MARK = """
            WITH inserted AS (
                INSERT INTO tenant_metrics_raw (%1$s)
                SELECT %1$s FROM tollgate_ingest_stage ORDER BY tenant_id, event_time, id
                ON CONFLICT DO NOTHING
                RETURNING tenant_id, event_time, id, log_position
            ), duplicate AS (
                SELECT s.tenant_id, s.event_time, s.log_position
                FROM tollgate_ingest_stage s
                LEFT JOIN inserted i USING (tenant_id, event_time, id, log_position)
                WHERE i.id IS NULL
            ), marked AS (
                INSERT INTO tenant_stale_hours AS h (tenant_id, hour_bucket, log_position, reason)
                SELECT tenant_id, date_trunc('hour', event_time, 'UTC'), max(log_position), 'duplicate'
                FROM duplicate GROUP BY 1, 2 ORDER BY 1, 2
                ON CONFLICT (tenant_id, hour_bucket) DO UPDATE SET
                    log_position = greatest(h.log_position, excluded.log_position), marked_at = now()
            )
            SELECT tenant_id, count(*) FROM duplicate GROUP BY 1 ORDER BY 1
            """.formatted(RawColumns.NAMES);

    private final BinaryCopy copy;

    Staging(BinaryCopy copy) {
        this.copy = copy;
    }

    /// Stores what is new of the rows from `from` to before `to`, and answers how many were not.
    int store(Connection connection, CopyRows rows, int from, int to) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(CREATE);
            statement.execute(EMPTY);
            copy.into(TABLE, connection, rows, from, to);
            int duplicates = 0;
            try (ResultSet row = statement.executeQuery(STORE_AND_MARK)) {
                while (row.next()) {
                    LOG.error(
                            "{} events of tenant {} were in the raw table already under other sequences",
                            row.getInt(2),
                            row.getString(1));
                    duplicates += row.getInt(2);
                }
            }
            return duplicates;
        }
    }
}
