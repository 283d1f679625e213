package dev.tollgate.aggregator.fold.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.schema.contract.HourlyBucket;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Writes `tenant_metrics_hourly` and the routes of each row written, a batch per statement, rows in key order so that
/// writers never wait in a circle.
public final class HourlyTable {

    /// One column: its name, its type, and its value in a bucket.
    private record Column(String name, String type, Function<HourlyBucket, @Nullable Object> value) {}

    private static final List<Column> COLUMNS = List.of(
            new Column("tenant_id", "text", HourlyBucket::tenantId),
            new Column(
                    "hour_bucket", "timestamptz", bucket -> bucket.hourBucket().toString()),
            new Column("event_count", "bigint", HourlyBucket::eventCount),
            new Column("total_requests", "bigint", HourlyBucket::totalRequests),
            new Column("billable_requests", "bigint", HourlyBucket::billableRequests),
            new Column("successful_requests", "bigint", HourlyBucket::successfulRequests),
            new Column("failed_requests", "bigint", HourlyBucket::failedRequests),
            new Column("ai_requests", "bigint", HourlyBucket::aiRequests),
            new Column("units", "bigint", HourlyBucket::units),
            new Column("total_duration_ms", "bigint", HourlyBucket::totalDurationMs),
            new Column("avg_duration_ms", "bigint", HourlyBucket::avgDurationMs),
            new Column("p50_duration_ms", "bigint", HourlyBucket::p50DurationMs),
            new Column("p95_duration_ms", "bigint", HourlyBucket::p95DurationMs),
            new Column("p99_duration_ms", "bigint", HourlyBucket::p99DurationMs),
            new Column("total_db_queries", "bigint", HourlyBucket::totalDbQueries),
            new Column("total_bytes_sent", "bigint", HourlyBucket::totalBytesSent),
            new Column("total_bytes_received", "bigint", HourlyBucket::totalBytesReceived),
            new Column("storage_bytes", "bigint", HourlyBucket::storageBytes),
            new Column("fingerprint", "bigint", HourlyBucket::fingerprint),
            new Column("log_position", "bigint", HourlyBucket::logPosition),
            new Column("owner", "text", bucket -> bucket.owner().wireName()),
            new Column("sketch", "bytea", HourlyBucket::sketch));

    private static final String UPSERT = upsert();
    private static final String WRITTEN = " RETURNING h.tenant_id, h.hour_bucket";

    private HourlyTable() {}

    /// Stores buckets of the stream. A row of the raw table stays as it is, and so does a row of the same or a later
    /// revision.
    public static void upsertFromStream(Connection connection, List<HourlyBucket> buckets) throws SQLException {
        String newer = " WHERE h.owner = 'stream' AND excluded.log_position > h.log_position";
        HourlyRoutesTable.grow(connection, upsert(connection, UPSERT + newer, buckets));
    }

    /// Stores buckets that were recomputed from the raw table; from now on it owns their hours.
    public static void upsertFromRaw(Connection connection, List<HourlyBucket> buckets) throws SQLException {
        HourlyRoutesTable.replace(connection, upsert(connection, UPSERT, buckets));
    }

    /// The buckets that were written.
    private static List<HourlyBucket> upsert(Connection connection, String sql, List<HourlyBucket> buckets)
            throws SQLException {
        List<HourlyBucket> rows =
                buckets.stream().sorted(Comparator.comparing(HourKey::of)).toList();
        try (PreparedStatement statement = connection.prepareStatement(sql + WRITTEN)) {
            for (int i = 0; i < COLUMNS.size(); i++) {
                Column column = COLUMNS.get(i);
                statement.setArray(i + 1, array(connection, column, rows));
            }
            return written(statement, rows);
        }
    }

    private static List<HourlyBucket> written(PreparedStatement upsert, List<HourlyBucket> rows) throws SQLException {
        Set<HourKey> keys = new HashSet<>();
        try (ResultSet written = upsert.executeQuery()) {
            while (written.next()) {
                long hourMs =
                        written.getObject(2, OffsetDateTime.class).toInstant().toEpochMilli();
                keys.add(new HourKey(written.getString(1), hourMs));
            }
        }
        return rows.stream().filter(row -> keys.contains(HourKey.of(row))).toList();
    }

    private static Array array(Connection connection, Column column, List<HourlyBucket> rows) throws SQLException {
        if (column.type().equals("bytea")) {
            byte[][] values = rows.stream().map(HourlyBucket::sketch).toArray(byte[][]::new);
            return connection.createArrayOf(column.type(), values);
        }
        @Nullable Object[] values = rows.stream().map(column.value()).toArray();
        return connection.createArrayOf(column.type(), values);
    }

    private static String upsert() {
        String names = String.join(", ", COLUMNS.stream().map(Column::name).toList());
        String arrays = String.join(
                ", ",
                COLUMNS.stream().map(column -> "?::" + column.type() + "[]").toList());
        String changes = String.join(
                ", ",
                COLUMNS.stream()
                        .skip(2)
                        .map(column -> column.name() + " = excluded." + column.name())
                        .toList());
        return "INSERT INTO tenant_metrics_hourly AS h (" + names + ") SELECT * FROM unnest(" + arrays + ")"
                + " ON CONFLICT (tenant_id, hour_bucket) DO UPDATE SET " + changes + ", updated_at = now()";
    }
}
