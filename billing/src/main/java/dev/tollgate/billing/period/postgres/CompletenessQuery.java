package dev.tollgate.billing.period.postgres;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.LogCuts;
import dev.tollgate.schema.contract.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// Tells whether everything of a period is stored, and where the log is cut.
///
/// One look at one moment of the database suffices; no offsets of the log need to be compared. A source's row says,
/// as one statement of the source, that it has published up to some sequence and that whatever it still holds or will
/// make is not earlier than its oldest pending event and its heartbeat. The source does not hold the period when these
/// lie at or past the period's end and the sequences up to the published one are stored, which ingest writes in the
/// transaction of the rows. Rows and `ingest_positions` are committed together as well: what the look sees lies below
/// the cut, and what comes later lies at or above it.
///
/// Sources of the intake hold nothing: their events may have any time, and a late one is adjusted later.
public final class CompletenessQuery {

    private static final String BLOCKERS = """
            SELECT DISTINCT ON (e.ends_at) e.ends_at, s.source, s.instance, s.state, s.published, s.final_sequence,
                s.oldest_pending, s.heartbeat_at, coalesce(q.highest, 0) AS highest, q.missing[1] AS first_missing,
                count(*) OVER (PARTITION BY e.ends_at) AS blockers
            FROM unnest(?) AS e(ends_at)
            JOIN event_sources s ON s.origin = 'gateway' AND s.state <> 'abandoned'
            LEFT JOIN ingest_sequences q ON q.source = s.source
            WHERE (s.state = 'open' AND (s.heartbeat_at < e.ends_at OR s.oldest_pending < e.ends_at))
                OR coalesce(q.highest, 0) < s.published
                OR (s.state = 'sealed' AND coalesce(q.highest, 0) < s.final_sequence)
                OR q.missing[1] <= greatest(s.published, coalesce(s.final_sequence, 0))
            ORDER BY e.ends_at, s.source""";

    private static final String STALE_HOURS = """
            SELECT DISTINCT ON (w.tenant_id) w.tenant_id, h.hour_bucket, h.reason,
                count(*) OVER (PARTITION BY w.tenant_id) AS hours
            FROM unnest(?, ?, ?) AS w(tenant_id, starts_at, ends_at)
            JOIN tenant_stale_hours h ON h.tenant_id = w.tenant_id
                AND h.hour_bucket > w.starts_at - INTERVAL '1 hour' AND h.hour_bucket < w.ends_at
            ORDER BY w.tenant_id, h.hour_bucket""";

    private static final String CUTS = """
            SELECT g.generation, p.partition_id, p.next_offset
            FROM (SELECT max(generation) AS generation FROM topic_generations WHERE topic = ?) g
            LEFT JOIN ingest_positions p ON p.topic = ? AND p.generation = g.generation""";

    private static final int FIRST_GENERATION = 1;

    private CompletenessQuery() {}

    /// Why periods that end at these moments must wait; an end without an entry need not.
    public static Map<Instant, String> blockers(Connection connection, Set<Instant> ends) throws SQLException {
        Map<Instant, String> reasons = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(BLOCKERS)) {
            query.setArray(1, Sql.moments(connection, ends));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    reasons.put(Sql.instant(row, "ends_at"), blocker(row));
                }
            }
        }
        return reasons;
    }

    /// Why these tenants must wait for hours that are to be recomputed; a tenant without an entry need not.
    public static Map<String, String> staleHours(Connection connection, Collection<BillingPeriod> periods)
            throws SQLException {
        Map<String, String> reasons = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(STALE_HOURS)) {
            List<BillingPeriod> wanted = List.copyOf(periods);
            query.setArray(
                    1,
                    Sql.texts(
                            connection,
                            wanted.stream().map(BillingPeriod::tenantId).toList()));
            query.setArray(
                    2,
                    Sql.moments(
                            connection,
                            wanted.stream().map(BillingPeriod::startsAt).toList()));
            query.setArray(
                    3,
                    Sql.moments(
                            connection,
                            wanted.stream().map(BillingPeriod::endsAt).toList()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    reasons.put(
                            row.getString("tenant_id"),
                            "hour " + Sql.instant(row, "hour_bucket") + " waits to be recomputed from the raw events ("
                                    + row.getString("reason") + "); such hours: " + row.getLong("hours"));
                }
            }
        }
        return reasons;
    }

    public static LogCuts cuts(Connection connection) throws SQLException {
        int generation = FIRST_GENERATION;
        Map<Integer, Long> nextOffsets = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(CUTS)) {
            query.setString(1, Topics.USAGE_REQUESTS);
            query.setString(2, Topics.USAGE_REQUESTS);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    generation = Math.max(FIRST_GENERATION, row.getInt("generation"));
                    int partition = row.getInt("partition_id");
                    if (!row.wasNull()) {
                        nextOffsets.put(partition, row.getLong("next_offset"));
                    }
                }
            }
        }
        return new LogCuts(generation, nextOffsets);
    }

    private static String blocker(ResultSet row) throws SQLException {
        String source = "source " + row.getString("source") + " of " + row.getString("instance") + " is "
                + row.getString("state") + ": published up to " + row.getLong("published") + ", stored up to "
                + row.getLong("highest");
        long firstMissing = row.getLong("first_missing");
        String missing = row.wasNull() ? "" : ", missing from " + firstMissing;
        String pending = Sql.moment(row, "oldest_pending")
                .map(moment -> ", oldest unpublished event of " + moment)
                .orElse("");
        return source + missing + pending + ", last seen " + Sql.instant(row, "heartbeat_at") + "; such sources: "
                + row.getLong("blockers");
    }

    /// The distinct ends of periods.
    public static Set<Instant> ends(Collection<BillingPeriod> periods) {
        Set<Instant> ends = new HashSet<>();
        periods.forEach(period -> ends.add(period.endsAt()));
        return ends;
    }
}
