package dev.tollgate.gateway.journal.postgres;

import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.SourceRegistry;
import dev.tollgate.gateway.journal.SourceReport;
import dev.tollgate.gateway.journal.SourceSeal;
import dev.tollgate.gateway.journal.SourceState;
import dev.tollgate.gateway.journal.SourcesUnavailableException;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// `event_sources`, `ingest_sequences` and `ingest_positions`. Every method is one autocommit statement over arrays.
public final class PostgresSourceRegistry implements SourceRegistry {

    /// No statement may hold the keeper longer.
    private static final int STATEMENT_SECONDS_MAX = 5;

    private static final String OPEN = """
            INSERT INTO event_sources (source, origin, instance, partition_id, heartbeat_at)
            SELECT s.source, 'gateway', ?, s.partition_id - 1, to_timestamp(?::numeric / 1000)
            FROM unnest(?::text[]) WITH ORDINALITY AS s (source, partition_id)
            ON CONFLICT (source) DO NOTHING""";
    private static final String STATES = """
            SELECT source, state = 'open', (extract(epoch FROM heartbeat_at) * 1000)::bigint
            FROM event_sources WHERE source = ANY (?)""";
    private static final String STORED = "SELECT source, highest, missing FROM ingest_sequences WHERE source = ANY (?)";
    private static final String INGEST_OFFSETS = """
            SELECT p.partition_id, p.next_offset FROM topic_generations g
            JOIN ingest_positions p ON p.topic = g.topic AND p.generation = g.generation
            WHERE g.topic = ? AND g.topic_id = ?""";
    private static final String HEARTBEAT = """
            UPDATE event_sources e SET
                appended = greatest(e.appended, r.appended),
                published = greatest(e.published, r.published),
                oldest_pending = to_timestamp(r.oldest_pending_ms::numeric / 1000),
                heartbeat_at = greatest(e.heartbeat_at, to_timestamp(r.heartbeat_ms::numeric / 1000))
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::bigint[], ?::bigint[])
                AS r (source, appended, published, oldest_pending_ms, heartbeat_ms)
            WHERE e.source = r.source AND e.state = 'open'""";
    private static final String SEAL = """
            UPDATE event_sources e SET
                state = CASE WHEN s.reason IS NULL THEN 'sealed' ELSE 'abandoned' END,
                appended = greatest(e.appended, s.final_sequence),
                published = greatest(e.published, s.final_sequence),
                oldest_pending = NULL,
                final_sequence = s.final_sequence,
                sealed_at = clock_timestamp(),
                abandoned_by = CASE WHEN s.reason IS NOT NULL THEN 'gateway' END,
                abandoned_reason = s.reason,
                abandoned_at = CASE WHEN s.reason IS NOT NULL THEN clock_timestamp() END,
                known_gap = CASE WHEN s.reason IS NOT NULL THEN s.known_gap END
            FROM unnest(?::text[], ?::bigint[], ?::bigint[], ?::text[])
                AS s (source, final_sequence, known_gap, reason)
            WHERE e.source = s.source AND e.state = 'open'""";

    private final DataSource database;
    private final String instance;

    /// @param instance the name of this process, for people
    public PostgresSourceRegistry(DataSource database, String instance) {
        this.database = database;
        this.instance = instance;
    }

    @FunctionalInterface
    private interface Work<T> {
        T with(PreparedStatement statement) throws SQLException;
    }

    private <T> T run(String sql, Work<T> work) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setQueryTimeout(STATEMENT_SECONDS_MAX);
            return work.with(statement);
        } catch (SQLException failed) {
            throw new SourcesUnavailableException(failed);
        }
    }

    @Override
    public void open(String laneId, long heartbeatMs) {
        int touched = run(OPEN, statement -> {
            statement.setString(1, instance);
            statement.setLong(2, heartbeatMs);
            statement.setArray(3, texts(statement, LaneSources.sourcesOf(laneId)));
            return statement.executeUpdate();
        });
        assert touched <= Topics.PARTITIONS;
    }

    @Override
    public Map<String, SourceState> states(Collection<String> sources) {
        return run(STATES, statement -> {
            statement.setArray(1, texts(statement, sources));
            Map<String, SourceState> states = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    states.put(row.getString(1), new SourceState(row.getBoolean(2), row.getLong(3)));
                }
            }
            return states;
        });
    }

    @Override
    public Map<String, SourceSequences> stored(Collection<String> sources) {
        return run(STORED, statement -> {
            statement.setArray(1, texts(statement, sources));
            Map<String, SourceSequences> stored = new HashMap<>();
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    Long[] missing = (Long[]) row.getArray(3).getArray();
                    long[] ranges = new long[missing.length];
                    for (int i = 0; i < ranges.length; i++) {
                        ranges[i] = missing[i];
                    }
                    stored.put(row.getString(1), SourceSequences.of(row.getLong(2), ranges));
                }
            }
            return stored;
        });
    }

    @Override
    public long[] ingestOffsets(String topicId) {
        return run(INGEST_OFFSETS, statement -> {
            statement.setString(1, Topics.USAGE_REQUESTS);
            statement.setString(2, topicId);
            long[] offsets = new long[Topics.PARTITIONS];
            Arrays.fill(offsets, -1);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    offsets[row.getInt(1)] = row.getLong(2);
                }
            }
            return offsets;
        });
    }

    @Override
    public void heartbeat(List<SourceReport> reports) {
        int touched = run(HEARTBEAT, statement -> {
            statement.setArray(1, column(statement, "text", reports, SourceReport::source));
            statement.setArray(2, column(statement, "bigint", reports, SourceReport::appended));
            statement.setArray(3, column(statement, "bigint", reports, SourceReport::published));
            statement.setArray(4, column(statement, "bigint", reports, SourceReport::oldestPendingMs));
            statement.setArray(5, column(statement, "bigint", reports, SourceReport::heartbeatMs));
            return statement.executeUpdate();
        });
        assert touched <= reports.size();
    }

    @Override
    public void seal(List<SourceSeal> seals) {
        int touched = run(SEAL, statement -> {
            statement.setArray(1, column(statement, "text", seals, SourceSeal::source));
            statement.setArray(2, column(statement, "bigint", seals, SourceSeal::finalSequence));
            statement.setArray(3, column(statement, "bigint", seals, SourceSeal::knownGap));
            statement.setArray(4, column(statement, "text", seals, SourceSeal::reason));
            return statement.executeUpdate();
        });
        assert touched <= seals.size();
    }

    private static Array texts(PreparedStatement statement, Collection<String> texts) throws SQLException {
        return statement.getConnection().createArrayOf("text", texts.toArray());
    }

    private static <T> Array column(
            PreparedStatement statement, String type, List<T> rows, Function<T, @Nullable Object> value)
            throws SQLException {
        @Nullable Object[] column = new @Nullable Object[rows.size()];
        for (int i = 0; i < column.length; i++) {
            column[i] = value.apply(rows.get(i));
        }
        return statement.getConnection().createArrayOf(type, column);
    }
}
