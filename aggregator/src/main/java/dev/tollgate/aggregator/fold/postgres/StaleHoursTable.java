package dev.tollgate.aggregator.fold.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.StaleMark;
import dev.tollgate.schema.contract.HourlyBucket;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Comparator;
import java.util.List;

/// Writes `tenant_stale_hours`, rows in key order.
public final class StaleHoursTable {

    private static final String ON_CONFLICT = " ON CONFLICT (tenant_id, hour_bucket) DO UPDATE"
            + " SET log_position = excluded.log_position WHERE s.log_position < excluded.log_position";

    /// An hour whose raw bucket already tells of the position needs no other recomputation.
    private static final String MARK =
            "INSERT INTO tenant_stale_hours AS s (tenant_id, hour_bucket, log_position, reason)"
                    + " SELECT m.* FROM unnest(?::text[], ?::timestamptz[], ?::bigint[], ?::text[])"
                    + " AS m (tenant_id, hour_bucket, log_position, reason)"
                    + " WHERE NOT EXISTS (SELECT FROM tenant_metrics_hourly h WHERE h.tenant_id = m.tenant_id"
                    + " AND h.hour_bucket = m.hour_bucket AND h.owner = 'raw' AND h.log_position >= m.log_position)"
                    + ON_CONFLICT;

    private static final String MARK_RAW_OWNED =
            "INSERT INTO tenant_stale_hours AS s (tenant_id, hour_bucket, log_position, reason)"
                    + " SELECT m.tenant_id, m.hour_bucket, m.log_position, 'late'"
                    + " FROM unnest(?::text[], ?::timestamptz[], ?::bigint[]) AS m (tenant_id, hour_bucket, log_position)"
                    + " JOIN tenant_metrics_hourly h USING (tenant_id, hour_bucket)"
                    + " WHERE h.owner = 'raw' AND h.log_position < m.log_position" + ON_CONFLICT;

    private StaleHoursTable() {}

    /// Marks hours, each at most once in the list.
    public static void mark(Connection connection, List<StaleMark> marks) throws SQLException {
        List<StaleMark> rows =
                marks.stream().sorted(Comparator.comparing(StaleMark::key)).toList();
        try (PreparedStatement statement = connection.prepareStatement(MARK)) {
            SqlArrays.bindKeys(statement, 1, rows.stream().map(StaleMark::key).toList());
            SqlArrays.bind(statement, 3, "bigint", rows, StaleMark::logPosition);
            SqlArrays.bind(statement, 4, "text", rows, StaleMark::reason);
            statement.executeUpdate();
        }
    }

    /// Marks those hours of the stream's buckets that the raw table owns and whose row does not tell of the bucket's
    /// revision. Run it in a statement after the buckets' own, so that it sees what stopped them.
    public static void markRawOwned(Connection connection, List<HourlyBucket> buckets) throws SQLException {
        List<HourlyBucket> rows =
                buckets.stream().sorted(Comparator.comparing(HourKey::of)).toList();
        try (PreparedStatement statement = connection.prepareStatement(MARK_RAW_OWNED)) {
            SqlArrays.bindKeys(statement, 1, rows.stream().map(HourKey::of).toList());
            SqlArrays.bind(statement, 3, "bigint", rows, HourlyBucket::logPosition);
            statement.executeUpdate();
        }
    }
}
