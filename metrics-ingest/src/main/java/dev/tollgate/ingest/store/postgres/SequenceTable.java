package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.store.StoreBatch.SequenceState;
import dev.tollgate.schema.contract.SourceSequences;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/// Reads and writes `ingest_sequences`.
final class SequenceTable {

    private static final String READ = "SELECT source, highest, missing FROM ingest_sequences WHERE source = ANY (?)";
    private static final String WRITE = """
            INSERT INTO ingest_sequences (source, partition_id, highest, missing) VALUES (?, ?, ?, ?)
            ON CONFLICT (source) DO UPDATE
            SET highest = excluded.highest, missing = excluded.missing, updated_at = now()
            """;

    private SequenceTable() {}

    static Map<String, SourceSequences> read(Connection connection, Collection<String> sources) throws SQLException {
        Map<String, SourceSequences> found = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(READ)) {
            statement.setArray(1, connection.createArrayOf("text", sources.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.put(row.getString(1), SourceSequences.of(row.getLong(2), longs(row.getArray(3))));
                }
            }
        }
        return found;
    }

    /// In the order of names, so that two transactions never wait for each other in a ring.
    static void write(Connection connection, Map<String, SequenceState> sequences) throws SQLException {
        if (sequences.isEmpty()) {
            return;
        }
        try (PreparedStatement statement = connection.prepareStatement(WRITE)) {
            for (Map.Entry<String, SequenceState> entry : new TreeMap<>(sequences).entrySet()) {
                SequenceState state = entry.getValue();
                statement.setString(1, entry.getKey());
                statement.setInt(2, state.partition());
                statement.setLong(3, state.seen().highest());
                statement.setArray(
                        4, connection.createArrayOf("bigint", boxed(state.seen().missingLongs())));
                statement.addBatch();
            }
            statement.executeBatch();
        }
    }

    private static Object[] boxed(long[] longs) {
        return Arrays.stream(longs).boxed().toArray();
    }

    private static long[] longs(Array array) throws SQLException {
        Long[] boxed = (Long[]) array.getArray();
        long[] longs = new long[boxed.length];
        for (int i = 0; i < boxed.length; i++) {
            longs[i] = boxed[i];
        }
        return longs;
    }
}
