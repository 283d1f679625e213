package dev.tollgate.gateway.management.postgres;

import dev.tollgate.gateway.journal.SourcesUnavailableException;
import dev.tollgate.gateway.management.SourceBook;
import dev.tollgate.gateway.management.SourceRow;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// `event_sources` beside `ingest_sequences`, and `tollgate.abandon_source`.
public final class PostgresSourceBook implements SourceBook {

    private static final int STATEMENT_SECONDS_MAX = 5;
    private static final String NO_SUCH_SOURCE = "P0002";
    private static final String NOT_OPEN = "55000";

    private static final String SELECT = """
            SELECT e.source, e.origin, e.instance, e.state, e.appended, e.published, coalesce(q.highest, 0) AS stored,
                coalesce((SELECT sum(q.missing[i + 1] - q.missing[i] + 1)
                    FROM generate_series(1, cardinality(q.missing), 2) AS i), 0)::bigint AS missing,
                e.oldest_pending, e.heartbeat_at, e.abandoned_by, e.abandoned_reason, e.abandoned_at, e.known_gap
            FROM event_sources e LEFT JOIN ingest_sequences q ON q.source = e.source
            """;
    private static final String PAGE = SELECT + "WHERE e.source > ? ORDER BY e.source LIMIT ?";
    private static final String ONE = SELECT + "WHERE e.source = ?";
    private static final String ABANDON = "SELECT tollgate.abandon_source(?, ?, ?)";

    private final DataSource database;

    public PostgresSourceBook(DataSource database) {
        this.database = database;
    }

    @Override
    public List<SourceRow> page(String after, int limit) {
        try (Connection connection = database.getConnection();
                PreparedStatement page = prepare(connection, PAGE)) {
            page.setString(1, after);
            page.setInt(2, limit);
            return rows(page);
        } catch (SQLException failed) {
            throw new SourcesUnavailableException(failed);
        }
    }

    @Override
    public Abandonment abandon(String source, String reason, String actor) {
        try (Connection connection = database.getConnection();
                PreparedStatement abandon = prepare(connection, ABANDON);
                PreparedStatement one = prepare(connection, ONE)) {
            abandon.setString(1, source);
            abandon.setString(2, reason);
            abandon.setString(3, actor);
            abandon.execute();
            one.setString(1, source);
            return new Abandonment.Done(rows(one).getFirst());
        } catch (SQLException failed) {
            return switch (failed.getSQLState()) {
                case NO_SUCH_SOURCE -> new Abandonment.Unknown();
                case NOT_OPEN -> new Abandonment.NotOpen();
                case null, default -> throw new SourcesUnavailableException(failed);
            };
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setQueryTimeout(STATEMENT_SECONDS_MAX);
        return statement;
    }

    private static List<SourceRow> rows(PreparedStatement statement) throws SQLException {
        List<SourceRow> rows = new ArrayList<>();
        try (ResultSet row = statement.executeQuery()) {
            while (row.next()) {
                rows.add(row(row));
            }
        }
        return rows;
    }

    private static SourceRow row(ResultSet row) throws SQLException {
        Instant abandonedAt = moment(row, "abandoned_at");
        return new SourceRow(
                row.getString("source"),
                row.getString("origin"),
                row.getString("instance"),
                row.getString("state"),
                row.getLong("appended"),
                row.getLong("published"),
                row.getLong("stored"),
                row.getLong("missing"),
                moment(row, "oldest_pending"),
                row.getObject("heartbeat_at", OffsetDateTime.class).toInstant(),
                abandonedAt == null
                        ? null
                        : new SourceRow.Abandoned(
                                row.getString("abandoned_by"),
                                row.getString("abandoned_reason"),
                                abandonedAt,
                                row.getLong("known_gap")));
    }

    private static @Nullable Instant moment(ResultSet row, String column) throws SQLException {
        OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
