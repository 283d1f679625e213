package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.reconcile.FindingKind;
import dev.tollgate.aggregator.reconcile.OpenFindings;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `reconciliation_findings`.
final class FindingsTable {

    /// What an hour had before it lost rows is known from the first time only.
    private static final String UPSERT = """
            INSERT INTO reconciliation_findings AS f (kind, tenant_id, hour_bucket, source, sequence_from, sequence_to,
                expected, actual, first_seen_at, last_seen_at)
            SELECT n.*, n.seen_at FROM (SELECT ?::text AS kind, ?::text AS tenant_id, ?::timestamptz AS hour_bucket,
                ?::text AS source, ?::bigint AS sequence_from, ?::bigint AS sequence_to, ?::jsonb AS expected,
                ?::jsonb AS actual, ?::timestamptz AS seen_at) n
            WHERE NOT EXISTS (SELECT FROM reconciliation_findings a WHERE a.resolution = 'accepted' AND a.kind = n.kind
                AND a.tenant_id IS NOT DISTINCT FROM n.tenant_id AND a.hour_bucket IS NOT DISTINCT FROM n.hour_bucket
                AND a.source = n.source AND a.sequence_from = n.sequence_from AND a.actual = n.actual)
            ON CONFLICT (kind, tenant_id, hour_bucket, source, sequence_from) WHERE resolved_at IS NULL
            DO UPDATE SET sequence_to = excluded.sequence_to, actual = excluded.actual, period_id = NULL,
                expected = CASE WHEN f.kind = 'loss' AND f.tenant_id IS NOT NULL THEN f.expected ELSE excluded.expected END,
                last_seen_at = greatest(f.last_seen_at, excluded.last_seen_at), times_seen = f.times_seen + 1
            RETURNING times_seen = 1""";

    private static final String RESOLVE = "UPDATE reconciliation_findings SET resolved_at = ?, resolution = ?"
            + " WHERE finding_id = ANY (?) AND resolved_at IS NULL";

    private static final String CONTRADICT = "UPDATE reconciliation_findings SET period_id = ?,"
            + " last_seen_at = greatest(last_seen_at, ?), times_seen = times_seen + 1 WHERE finding_id = ?";

    private static final String OPEN = "SELECT finding_id, kind, tenant_id, hour_bucket, source, sequence_from,"
            + " sequence_to, (expected->>'event_count')::bigint, (expected->>'fingerprint')::bigint, period_id IS NOT NULL,"
            + " last_seen_at, CASE kind WHEN 'duplicate' THEN (actual->>'rows')::bigint - 1"
            + " WHEN 'beyond' THEN (actual->>'rows')::bigint END FROM reconciliation_findings WHERE resolved_at IS NULL"
            + " AND (kind = 'loss' AND tenant_id IS NULL) = ? ORDER BY last_seen_at, finding_id LIMIT ?";

    private static final String SUMMARY = """
            SELECT kind, count(*), count(*) FILTER (WHERE is_red),
                (array_agg(worst ORDER BY tenant_id NULLS FIRST, first_seen_at) FILTER (WHERE is_red))[1] FROM (
                SELECT kind, tenant_id, first_seen_at, kind <> 'difference' OR period_id IS NOT NULL OR first_seen_at < ? AS is_red,
                    format('%s since %s: %s', kind, to_char(first_seen_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'),
                        concat_ws(', ',
                            'tenant ' || tenant_id || ', hour ' || to_char(hour_bucket AT TIME ZONE 'UTC',
                                'YYYY-MM-DD"T"HH24:MI"Z"'),
                            'source ' || source || ', sequences ' || sequence_from || ' to ' || sequence_to,
                            'against the closed period ' || period_id)) AS worst
                FROM reconciliation_findings WHERE resolved_at IS NULL) o GROUP BY kind""";

    private final Connection connection;

    FindingsTable(Connection connection) {
        this.connection = connection;
    }

    /// Something found.
    ///
    /// @param expected a JSON object
    /// @param actual a JSON object
    record Finding(
            FindingKind kind,
            @Nullable HourKey hour,
            @Nullable String source,
            long from,
            long to,
            String expected,
            String actual) {}

    /// An open row.
    ///
    /// @param events and the fingerprint: what was expected of an hour; 0 for what is not of its sums
    /// @param contradicted whether a closed period is against it
    /// @param surplus rows that should not be there
    record Open(
            long id,
            FindingKind kind,
            @Nullable HourKey hour,
            @Nullable String source,
            long from,
            long to,
            long events,
            long fingerprint,
            boolean contradicted,
            Instant lastSeen,
            long surplus) {}

    /// Opens a row, or notes that the open one was seen again. Whether it was opened.
    boolean note(Finding finding, Instant now) throws SQLException {
        HourKey hour = finding.hour();
        try (PreparedStatement upsert = connection.prepareStatement(UPSERT)) {
            upsert.setString(1, finding.kind().wireName());
            upsert.setString(2, hour == null ? null : hour.tenantId());
            upsert.setObject(3, hour == null ? null : Times.of(hour.hourMs()), Types.TIMESTAMP_WITH_TIMEZONE);
            upsert.setString(4, finding.source());
            boolean ofSource = finding.source() != null;
            upsert.setObject(5, ofSource ? Long.valueOf(finding.from()) : null, Types.BIGINT);
            upsert.setObject(6, ofSource ? Long.valueOf(finding.to()) : null, Types.BIGINT);
            upsert.setString(7, finding.expected());
            upsert.setString(8, finding.actual());
            upsert.setObject(9, Times.of(now));
            try (ResultSet row = upsert.executeQuery()) {
                return row.next() && row.getBoolean(1);
            }
        }
    }

    void resolve(List<Long> ids, String resolution, Instant now) throws SQLException {
        if (ids.isEmpty()) {
            return;
        }
        try (PreparedStatement update = connection.prepareStatement(RESOLVE)) {
            update.setObject(1, Times.of(now));
            update.setString(2, resolution);
            update.setArray(3, connection.createArrayOf("bigint", ids.toArray()));
            update.executeUpdate();
        }
    }

    /// Notes that a closed period is against what the hour has.
    void contradict(long id, UUID periodId, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(CONTRADICT)) {
            update.setObject(1, periodId);
            update.setObject(2, Times.of(now));
            update.setLong(3, id);
            update.executeUpdate();
        }
    }

    /// Those of sources.
    List<Open> openLosses(int max) throws SQLException {
        return open(true, max);
    }

    /// Those of rows and hours, the longest unseen first.
    List<Open> openOthers(int max) throws SQLException {
        return open(false, max);
    }

    private List<Open> open(boolean ofSources, int max) throws SQLException {
        List<Open> open = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(OPEN)) {
            query.setBoolean(1, ofSources);
            query.setInt(2, max);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    OffsetDateTime hour = row.getObject(4, OffsetDateTime.class);
                    open.add(new Open(
                            row.getLong(1),
                            FindingKind.fromWireName(row.getString(2)),
                            hour == null
                                    ? null
                                    : new HourKey(
                                            row.getString(3), hour.toInstant().toEpochMilli()),
                            row.getString(5),
                            row.getLong(6),
                            row.getLong(7),
                            row.getLong(8),
                            row.getLong(9),
                            row.getBoolean(10),
                            row.getObject(11, OffsetDateTime.class).toInstant(),
                            row.getLong(12)));
                }
            }
        }
        return open;
    }

    /// @param mendWithin a difference older than this is red
    OpenFindings summary(Instant now, Duration mendWithin) throws SQLException {
        Map<FindingKind, Long> counts = new EnumMap<>(FindingKind.class);
        Map<FindingKind, String> worst = new EnumMap<>(FindingKind.class);
        long red = 0;
        try (PreparedStatement query = connection.prepareStatement(SUMMARY)) {
            query.setObject(1, Times.of(now.minus(mendWithin)));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    FindingKind kind = FindingKind.fromWireName(row.getString(1));
                    counts.put(kind, row.getLong(2));
                    red += row.getLong(3);
                    String words = row.getString(4);
                    if (words != null) {
                        worst.put(kind, words);
                    }
                }
            }
        }
        return new OpenFindings(counts, red, worst.values().stream().findFirst().orElse(""));
    }
}
