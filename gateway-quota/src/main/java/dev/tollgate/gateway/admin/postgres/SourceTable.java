package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.SourceRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// `event_sources` beside `ingest_sequences`, in the order of their names, and `tollgate.abandon_source`.
public final class SourceTable {

    private static final String SELECT = """
            SELECT e.source, e.origin, e.instance, e.state, e.appended, e.published, coalesce(q.highest, 0) AS stored,
                coalesce((SELECT sum(q.missing[i + 1] - q.missing[i] + 1)
                    FROM generate_series(1, cardinality(q.missing), 2) AS i), 0)::bigint AS missing,
                e.oldest_pending, e.heartbeat_at, e.abandoned_by, e.abandoned_reason, e.abandoned_at, e.known_gap
            FROM event_sources e LEFT JOIN ingest_sequences q ON q.source = e.source
            """;

    private SourceTable() {}

    public static List<SourceRow> page(Connection connection, String after, int limit) throws SQLException {
        return Sql.all(
                connection, SELECT + "WHERE e.source > ? ORDER BY e.source LIMIT ?", SourceTable::row, after, limit);
    }

    public static Optional<SourceRow> find(Connection connection, String source) throws SQLException {
        return Sql.first(connection, SELECT + "WHERE e.source = ?", SourceTable::row, source);
    }

    /// Ends an open source, with an entry in the audit log; changes nothing when it is abandoned already.
    ///
    /// @param actor the operator's name
    public static void abandon(Connection connection, String source, String reason, String actor) throws SQLException {
        Sql.call(connection, "SELECT tollgate.abandon_source(?, ?, ?)", source, reason, actor);
    }

    private static SourceRow row(ResultSet row) throws SQLException {
        Instant abandonedAt = Sql.optionalMoment(row, "abandoned_at");
        return new SourceRow(
                row.getString("source"),
                row.getString("origin"),
                row.getString("instance"),
                row.getString("state"),
                row.getLong("appended"),
                row.getLong("published"),
                row.getLong("stored"),
                row.getLong("missing"),
                Sql.optionalMoment(row, "oldest_pending"),
                Sql.moment(row, "heartbeat_at"),
                row.getString("abandoned_by"),
                row.getString("abandoned_reason"),
                abandonedAt,
                abandonedAt == null ? null : row.getLong("known_gap"));
    }
}
