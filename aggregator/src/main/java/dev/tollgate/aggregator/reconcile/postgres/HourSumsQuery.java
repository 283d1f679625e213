package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.fold.postgres.SqlArrays;
import dev.tollgate.aggregator.reconcile.ComparedHour;
import dev.tollgate.aggregator.reconcile.HourSums;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;

/// Adds raw rows up per tenant and hour, as the fold does, and sets the buckets beside them. A tenant's hours are one
/// range of the raw table's key.
final class HourSumsQuery {

    /// What a row counts as in every sum but the number of rows.
    private static final String SIGN = "(CASE WHEN m.voids IS NULL THEN 1 ELSE -1 END)";

    private static final String REQUEST = "(m.event_type IN ('api_request', 'ai_request'))";

    /// A bucket shows no sum below 0, nor one above what fits.
    private static final String BOUNDED =
            "least(greatest(coalesce(sum(%1$s), 0), 0), 9223372036854775807)::bigint AS %1$s";

    private static final String RAW = """
            WITH wanted AS (
                SELECT * FROM unnest(?::text[], ?::timestamptz[], ?::timestamptz[]) AS w (tenant_id, from_at, to_at)
            ), by_source AS (
                SELECT w.tenant_id, r.* FROM wanted w CROSS JOIN LATERAL (
                    SELECT date_trunc('hour', m.event_time, 'UTC') AS hour_bucket, m.source,
                        count(*) AS event_count, count(DISTINCT m.sequence) AS sequences,
                        min(m.sequence) AS first_sequence, max(m.sequence) AS last_sequence,
                        sum({sign}) FILTER (WHERE {request}) AS total_requests,
                        sum({sign}) FILTER (WHERE {request} AND m.units > 0) AS billable_requests,
                        sum({sign}) FILTER (WHERE {request} AND m.response_status / 100 = 2) AS successful_requests,
                        sum({sign}) FILTER (WHERE {request} AND m.response_status / 100 IN (4, 5)) AS failed_requests,
                        sum({sign}) FILTER (WHERE m.event_type = 'ai_request') AS ai_requests,
                        sum({sign} * m.units) AS units,
                        sum({sign} * m.duration_ms) FILTER (WHERE {request}) AS total_duration_ms,
                        sum({sign} * m.db_query_count) AS total_db_queries,
                        sum({sign} * m.bytes_sent) AS total_bytes_sent,
                        sum({sign} * m.bytes_received) AS total_bytes_received,
                        sum(tollgate.event_fingerprint(m.id, m.event_type, {sign} * m.units, m.event_time)) AS fingerprint,
                        max(m.log_position) AS log_position
                    FROM tenant_metrics_raw m
                    WHERE m.tenant_id = w.tenant_id AND m.event_time >= w.from_at AND m.event_time < w.to_at
                    GROUP BY 1, 2) r
            ), raw AS (
                SELECT s.tenant_id, s.hour_bucket, {sums},
                    tollgate.wrap_int64(sum(s.fingerprint)) AS fingerprint, max(s.log_position) AS log_position,
                    sum(s.event_count - s.sequences)::bigint AS repeated,
                    count(*) FILTER (WHERE s.first_sequence < 1 OR s.last_sequence > coalesce(q.highest, 0)) AS beyond
                FROM by_source s LEFT JOIN ingest_sequences q ON q.source = s.source
                GROUP BY s.tenant_id, s.hour_bucket
            ), bucket AS (
                SELECT h.* FROM wanted w JOIN tenant_metrics_hourly h ON h.tenant_id = w.tenant_id
                    AND h.hour_bucket >= w.from_at AND h.hour_bucket < w.to_at
            )
            SELECT tenant_id, hour_bucket, coalesce(r.log_position, 0), coalesce(b.log_position, 0),
                s.tenant_id IS NOT NULL, coalesce(r.repeated, 0), coalesce(r.beyond, 0), {columns}
            FROM raw r FULL JOIN bucket b USING (tenant_id, hour_bucket)
            LEFT JOIN tenant_stale_hours s USING (tenant_id, hour_bucket)""";

    private static final String SQL = sql();
    private static final int FIRST_SUM = 8;

    /// Hours of one tenant, [from, to) in epoch milliseconds.
    record Range(String tenantId, long fromMs, long toMs) {}

    private HourSumsQuery() {}

    /// Every hour of the ranges that either side has.
    static List<ComparedHour> read(Connection connection, List<Range> ranges) throws SQLException {
        List<ComparedHour> hours = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(SQL)) {
            SqlArrays.bind(query, 1, "text", ranges, Range::tenantId);
            SqlArrays.bind(query, 2, "timestamptz", ranges, range -> Times.text(range.fromMs()));
            SqlArrays.bind(query, 3, "timestamptz", ranges, range -> Times.text(range.toMs()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    hours.add(hour(row));
                }
            }
        }
        return hours;
    }

    private static ComparedHour hour(ResultSet row) throws SQLException {
        long hourMs = row.getObject(2, OffsetDateTime.class).toInstant().toEpochMilli();
        int sums = HourSums.NAMES.size();
        return new ComparedHour(
                new HourKey(row.getString(1), hourMs),
                sums(row, FIRST_SUM),
                sums(row, FIRST_SUM + sums),
                row.getLong(3),
                row.getLong(4),
                row.getBoolean(5),
                row.getLong(6),
                row.getLong(7));
    }

    private static HourSums sums(ResultSet row, int first) throws SQLException {
        List<Long> values = new ArrayList<>(HourSums.NAMES.size());
        for (int i = 0; i < HourSums.NAMES.size(); i++) {
            values.add(row.getLong(first + i));
        }
        return new HourSums(values);
    }

    private static String sql() {
        List<String> bounded = new ArrayList<>();
        List<String> columns = new ArrayList<>();
        for (String side : List.of("r", "b")) {
            for (String name : HourSums.NAMES) {
                if (side.equals("r") && !name.equals("fingerprint")) {
                    bounded.add(BOUNDED.formatted(name));
                }
                columns.add("coalesce(" + side + "." + name + ", 0)");
            }
        }
        return RAW.replace("{sign}", SIGN)
                .replace("{request}", REQUEST)
                .replace("{sums}", String.join(", ", bounded))
                .replace("{columns}", String.join(", ", columns));
    }
}
