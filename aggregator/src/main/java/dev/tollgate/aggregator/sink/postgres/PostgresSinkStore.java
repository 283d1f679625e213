package dev.tollgate.aggregator.sink.postgres;

import dev.tollgate.aggregator.fold.postgres.HourlyTable;
import dev.tollgate.aggregator.fold.postgres.StaleHoursTable;
import dev.tollgate.aggregator.sink.SinkBatch;
import dev.tollgate.aggregator.sink.SinkFailedException;
import dev.tollgate.aggregator.sink.SinkPartition;
import dev.tollgate.aggregator.sink.SinkStore;
import dev.tollgate.schema.access.fence.FencedException;
import dev.tollgate.schema.access.fence.PartitionFence;
import dev.tollgate.schema.access.strike.StrikePoints;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import javax.sql.DataSource;

/// Stores the sink's batches on one connection of its own: the fence names its backend, so that the partition's next
/// owner can end it.
public final class PostgresSinkStore implements SinkStore {

    private final PartitionFence fence = new PartitionFence(PartitionFence.SINK_POSITIONS);
    private final Map<SinkPartition, Position> positions = new HashMap<>();
    private final Connection connection;
    private final StrikePoints strikePoints;

    private record Position(PartitionFence.Held held, long nextOffset) {}

    private interface Work {
        void run() throws SQLException;
    }

    /// @param dataSource gives the one connection, not out of a pool
    public PostgresSinkStore(DataSource dataSource, StrikePoints strikePoints) {
        this.strikePoints = strikePoints;
        try {
            connection = dataSource.getConnection();
        } catch (SQLException e) {
            throw new SinkFailedException("the sink got no connection", e);
        }
    }

    @Override
    public long acquire(SinkPartition partition) {
        try {
            PartitionFence.Held held =
                    fence.acquire(connection, partition.topic(), partition.generation(), partition.partition());
            positions.put(partition, new Position(held, held.nextOffset()));
            return held.nextOffset();
        } catch (SQLException e) {
            throw failed("could not acquire", partition, e);
        }
    }

    @Override
    public void store(SinkPartition partition, SinkBatch batch, long nextOffset) {
        Position position = positionOf(partition);
        if (nextOffset <= position.nextOffset) {
            return;
        }
        try {
            inTransaction(() -> {
                write(batch);
                fence.advance(connection, position.held, position.nextOffset, nextOffset);
                strikePoints.pass(StrikePoints.SINK_BEFORE_COMMIT);
            });
        } catch (SQLException | FencedException e) {
            throw failed("could not store a batch of", partition, e);
        }
        positions.put(partition, new Position(position.held, nextOffset));
    }

    private void write(SinkBatch batch) throws SQLException {
        var buckets = batch.buckets();
        if (!buckets.isEmpty()) {
            HourlyTable.upsertFromStream(connection, buckets);
            StaleHoursTable.markRawOwned(connection, buckets);
        }
        var marks = batch.marks();
        if (!marks.isEmpty()) {
            StaleHoursTable.mark(connection, marks);
        }
    }

    @Override
    public void release(SinkPartition partition) {
        Position position = positions.remove(partition);
        if (position == null) {
            return;
        }
        try {
            fence.release(connection, position.held);
        } catch (SQLException e) {
            throw failed("could not release", partition, e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new SinkFailedException("the sink's connection did not close", e);
        }
    }

    private void inTransaction(Work work) throws SQLException {
        connection.setAutoCommit(false);
        try {
            work.run();
            connection.commit();
        } catch (SQLException | RuntimeException e) {
            rollback(e);
            throw e;
        }
        connection.setAutoCommit(true);
    }

    /// After a failure the connection is given up, so a rollback that fails too only adds to the first cause.
    private void rollback(Exception cause) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    private Position positionOf(SinkPartition partition) {
        Position position = positions.get(partition);
        if (position == null) {
            throw new IllegalStateException(partition + " was not acquired");
        }
        return position;
    }

    private static SinkFailedException failed(String what, SinkPartition partition, Exception cause) {
        return new SinkFailedException(
                "the sink " + what + " " + partition.topic() + "-" + partition.partition() + ": " + cause.getMessage(),
                cause);
    }
}
