package dev.tollgate.schema.access.fence;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Set;

/// Keeps the position of each partition in the same database, and the same transaction, as what was read from
/// it, and lets only the latest owner move it. A consumer that lost its partition without noticing fails at
/// `advance` and rolls back, so every record takes effect exactly once.
///
/// `acquire` also ends the former owner's database session, which may hold locks while its process hangs.
/// Therefore a consumer acquires and advances its partitions on one connection of its own, not on changing
/// connections of a pool. Safe for use by several threads on different connections.
public final class PartitionFence {

    public static final String INGEST_POSITIONS = "ingest_positions";
    public static final String SINK_POSITIONS = "sink_positions";

    private static final Set<String> TABLES = Set.of(INGEST_POSITIONS, SINK_POSITIONS);

    private final String insert;
    private final String readPid;
    private final String raiseEpoch;
    private final String moveOffset;
    private final String clearPid;

    /// @param table `ingest_positions` or `sink_positions`
    public PartitionFence(String table) {
        if (!TABLES.contains(table)) {
            throw new IllegalArgumentException("table must be ingest_positions or sink_positions but is " + table);
        }
        String where = " WHERE topic = ? AND generation = ? AND partition_id = ?";
        insert = "INSERT INTO " + table + " (topic, generation, partition_id) VALUES (?, ?, ?) ON CONFLICT DO NOTHING";
        readPid = "SELECT backend_pid FROM " + table + where;
        raiseEpoch = "UPDATE " + table + " SET epoch = epoch + 1, backend_pid = pg_backend_pid()" + where
                + " RETURNING next_offset, epoch";
        moveOffset = "UPDATE " + table + " SET next_offset = ?" + where + " AND next_offset = ? AND epoch = ?";
        clearPid = "UPDATE " + table + " SET backend_pid = NULL" + where + " AND epoch = ?";
    }

    /// A partition as its owner holds it.
    ///
    /// @param generation from `TopicGenerations`
    /// @param nextOffset the first offset that was not stored when the partition was acquired; seek to it
    /// @param epoch grows with every acquisition
    public record Held(String topic, int generation, int partition, long nextOffset, long epoch) {}

    /// Takes the partition over from whoever holds it. The connection must be in autocommit mode: this must not
    /// hold a lock while it waits for the former owner's session to end.
    public Held acquire(Connection connection, String topic, int generation, int partition) throws SQLException {
        if (!connection.getAutoCommit()) {
            throw new IllegalStateException("a partition is acquired outside of transactions: turn autocommit on");
        }
        endFormerSession(connection, topic, generation, partition);
        try (PreparedStatement statement = connection.prepareStatement(raiseEpoch)) {
            bind(statement, 1, topic, generation, partition);
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    throw new SQLException("the position of " + topic + "-" + partition + " has vanished");
                }
                return new Held(topic, generation, partition, row.getLong(1), row.getLong(2));
            }
        }
    }

    /// Moves the position from `from` to `to`; the last statement of the transaction that stores the records
    /// between them. Throws `FencedException` when the partition is no longer held so; roll back then.
    public void advance(Connection connection, Held held, long from, long to) throws SQLException {
        if (to < from) {
            throw new IllegalArgumentException("a position never goes back: " + from + " to " + to);
        }
        try (PreparedStatement statement = connection.prepareStatement(moveOffset)) {
            statement.setLong(1, to);
            bind(statement, 2, held.topic(), held.generation(), held.partition());
            statement.setLong(5, from);
            statement.setLong(6, held.epoch());
            if (statement.executeUpdate() != 1) {
                throw new FencedException(held, from);
            }
        }
    }

    /// Gives the partition up, so that its next owner has no session to end. False when it was already lost.
    public boolean release(Connection connection, Held held) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(clearPid)) {
            bind(statement, 1, held.topic(), held.generation(), held.partition());
            statement.setLong(4, held.epoch());
            return statement.executeUpdate() == 1;
        }
    }

    /// Reads before it writes: even an INSERT that would do nothing waits for whoever has the row locked.
    private void endFormerSession(Connection connection, String topic, int generation, int partition)
            throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(readPid)) {
            bind(statement, 1, topic, generation, partition);
            try (ResultSet row = statement.executeQuery()) {
                if (row.next()) {
                    int formerPid = row.getInt(1);
                    if (!row.wasNull()) {
                        terminate(connection, formerPid);
                    }
                    return;
                }
            }
        }
        try (PreparedStatement statement = connection.prepareStatement(insert)) {
            bind(statement, 1, topic, generation, partition);
            statement.executeUpdate();
        }
    }

    private static void terminate(Connection connection, int pid) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement("SELECT tollgate.terminate_backend(?)")) {
            statement.setInt(1, pid);
            statement.execute();
        }
    }

    private static void bind(PreparedStatement statement, int first, String topic, int generation, int partition)
            throws SQLException {
        statement.setString(first, topic);
        statement.setInt(first + 1, generation);
        statement.setInt(first + 2, partition);
    }
}
