package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.reconcile.SinkProgress;
import dev.tollgate.schema.contract.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/// `sink_positions` of the topics' generations.
final class SinkPositions {

    static final Duration WAIT = Duration.ofSeconds(2);
    private static final Duration PAUSE = Duration.ofMillis(50);

    private static final String SQL = "SELECT topic, partition_id, next_offset FROM sink_positions"
            + " WHERE (topic = ? AND generation = ?) OR (topic = ? AND generation = ?)";

    private final Connection connection;
    private final Reconciler.Generations generations;

    SinkPositions(Connection connection, Reconciler.Generations generations) {
        this.connection = connection;
        this.generations = generations;
    }

    SinkProgress read() throws SQLException {
        Map<Integer, Long> hourly = new HashMap<>();
        Map<Integer, Long> stale = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(SQL)) {
            query.setString(1, Topics.USAGE_HOURLY);
            query.setInt(2, generations.hourly());
            query.setString(3, Topics.USAGE_HOURLY_STALE);
            query.setInt(4, generations.stale());
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    (row.getString(1).equals(Topics.USAGE_HOURLY) ? hourly : stale).put(row.getInt(2), row.getLong(3));
                }
            }
        }
        return new SinkProgress(hourly, stale);
    }

    /// Waits a little; false when the thread was interrupted.
    boolean pause() {
        LockSupport.parkNanos(PAUSE.toNanos());
        return !Thread.currentThread().isInterrupted();
    }
}
