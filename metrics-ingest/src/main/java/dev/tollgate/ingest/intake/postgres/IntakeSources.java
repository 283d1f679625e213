package dev.tollgate.ingest.intake.postgres;

import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// The intake's rows in `event_sources`: one open source per partition, found again after a restart by whoever
/// relays the partition then. `oldest_pending` is when the oldest waiting event was accepted; the events' own
/// times may lie years back.
final class IntakeSources {

    private static final int ID_BYTES = 10;
    private static final String INSTANCE = "intake";

    private static final String OLDEST_UNNUMBERED = """
            SELECT outbox_id FROM intake_outbox
            WHERE partition_id = ? AND source IS NULL ORDER BY outbox_id LIMIT ?
            """;
    private static final String FIND = """
            SELECT source, appended FROM event_sources
            WHERE origin = 'intake' AND partition_id = ? AND state = 'open'
            ORDER BY opened_at, source LIMIT 1 FOR UPDATE
            """;
    private static final String OPEN = """
            INSERT INTO event_sources (source, origin, instance, partition_id, heartbeat_at)
            VALUES (?, 'intake', ?, ?, clock_timestamp())
            """;
    private static final String NUMBER = """
            UPDATE intake_outbox o SET source = ?, sequence = ? + n.place
            FROM unnest(?::bigint[]) WITH ORDINALITY AS n (outbox_id, place) WHERE o.outbox_id = n.outbox_id
            """;
    private static final String APPENDED = """
            UPDATE event_sources s SET appended = ?, heartbeat_at = clock_timestamp(),
                oldest_pending = (SELECT min(created_at) FROM intake_outbox o WHERE o.source = s.source)
            WHERE source = ?
            """;
    private static final String PUBLISHED = """
            UPDATE event_sources s SET published = greatest(published, ?), heartbeat_at = clock_timestamp(),
                oldest_pending = (SELECT min(created_at) FROM intake_outbox o WHERE o.source = s.source)
            WHERE source = ?
            """;
    private static final String BEAT = """
            UPDATE event_sources SET heartbeat_at = clock_timestamp()
            WHERE origin = 'intake' AND state = 'open' AND partition_id = ANY (?)
            """;

    private final SecureRandom random = new SecureRandom();

    private record Source(String name, long appended) {}

    /// Gives the oldest events of the partition the next sequences of its source, within the connection's
    /// transaction.
    void number(Connection connection, int partition, int max) throws SQLException {
        List<Long> outboxIds = oldestUnnumbered(connection, partition, max);
        if (outboxIds.isEmpty()) {
            return;
        }
        Source source = findOrOpen(connection, partition);
        try (PreparedStatement statement = connection.prepareStatement(NUMBER)) {
            statement.setString(1, source.name);
            statement.setLong(2, source.appended);
            statement.setArray(3, connection.createArrayOf("bigint", outboxIds.toArray()));
            statement.executeUpdate();
        }
        update(connection, APPENDED, source.appended + outboxIds.size(), source.name);
    }

    /// Notes the last sequence that the broker has, by source.
    void published(Connection connection, Map<String, Long> last) throws SQLException {
        for (Map.Entry<String, Long> source : last.entrySet()) {
            update(connection, PUBLISHED, source.getValue(), source.getKey());
        }
    }

    void beat(Connection connection, Set<Integer> partitions) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(BEAT)) {
            statement.setArray(1, connection.createArrayOf("integer", partitions.toArray()));
            statement.executeUpdate();
        }
    }

    private static List<Long> oldestUnnumbered(Connection connection, int partition, int max) throws SQLException {
        List<Long> outboxIds = new ArrayList<>();
        try (PreparedStatement statement = connection.prepareStatement(OLDEST_UNNUMBERED)) {
            statement.setInt(1, partition);
            statement.setInt(2, max);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    outboxIds.add(row.getLong(1));
                }
            }
        }
        return outboxIds;
    }

    private Source findOrOpen(Connection connection, int partition) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FIND)) {
            statement.setInt(1, partition);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    return new Source(row.getString(1), row.getLong(2));
                }
            }
        }
        byte[] id = new byte[ID_BYTES];
        random.nextBytes(id);
        String name = "intake-" + HexFormat.of().formatHex(id) + "." + partition;
        try (PreparedStatement statement = connection.prepareStatement(OPEN)) {
            statement.setString(1, name);
            statement.setString(2, INSTANCE);
            statement.setInt(3, partition);
            statement.executeUpdate();
        }
        return new Source(name, 0);
    }

    private static void update(Connection connection, String sql, long sequence, String source) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, sequence);
            statement.setString(2, source);
            statement.executeUpdate();
        }
    }
}
