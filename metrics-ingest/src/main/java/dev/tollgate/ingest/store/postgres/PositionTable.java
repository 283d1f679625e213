package dev.tollgate.ingest.store.postgres;

import dev.tollgate.ingest.store.Claim;
import dev.tollgate.ingest.store.PartitionLostException;
import dev.tollgate.ingest.store.StoreBatch.Move;
import dev.tollgate.schema.access.fence.FencedException;
import dev.tollgate.schema.access.fence.PartitionFence;
import dev.tollgate.schema.access.fence.PartitionFence.Held;
import dev.tollgate.schema.access.generation.TopicGenerations;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/// Claims and positions of one topic's partitions in `ingest_positions`.
final class PositionTable {

    private static final String OWN_ROW = " WHERE topic = ? AND generation = ? AND partition_id = ? AND epoch = ?";
    private static final String END_FORMER_SESSION = "SELECT tollgate.terminate_backend(backend_pid) FROM "
            + PartitionFence.INGEST_POSITIONS + OWN_ROW + " AND backend_pid <> pg_backend_pid()";
    private static final String RENEW = "UPDATE " + PartitionFence.INGEST_POSITIONS
            + " SET backend_pid = pg_backend_pid()" + OWN_ROW + " RETURNING next_offset";
    private static final String REWIND = "UPDATE " + PartitionFence.INGEST_POSITIONS + " SET next_offset = ?" + OWN_ROW;

    private final PartitionFence fence = new PartitionFence(PartitionFence.INGEST_POSITIONS);
    private final String topic;

    PositionTable(String topic) {
        this.topic = topic;
    }

    List<Claim> claim(Connection connection, String topicId, Collection<Integer> partitions) throws SQLException {
        int generation = TopicGenerations.resolve(connection, topic, topicId);
        List<Claim> claims = new ArrayList<>();
        for (int partition : partitions.stream().sorted().toList()) {
            Held held = fence.acquire(connection, topic, generation, partition);
            claims.add(new Claim(partition, generation, held.nextOffset(), held.epoch()));
        }
        return claims;
    }

    /// Puts this session in the place of an earlier one of the same owner. The earlier one is ended first: its
    /// transaction may be open still, or committed without the owner having heard of it.
    Optional<Claim> renew(Connection connection, Claim claim) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(END_FORMER_SESSION)) {
            bind(statement, 1, claim);
            statement.execute();
        }
        try (PreparedStatement statement = connection.prepareStatement(RENEW)) {
            bind(statement, 1, claim);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? Optional.of(claim.movedTo(row.getLong(1))) : Optional.empty();
            }
        }
    }

    /// False when it was lost already.
    boolean release(Connection connection, Claim claim) throws SQLException {
        return fence.release(connection, held(claim));
    }

    /// The one way for a position to go back: the broker has lost what lay behind it.
    Claim rewind(Connection connection, Claim claim, long nextOffset) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(REWIND)) {
            statement.setLong(1, nextOffset);
            bind(statement, 2, claim);
            if (statement.executeUpdate() != 1) {
                throw new PartitionLostException(
                        claim.partition(), new FencedException(held(claim), claim.nextOffset()));
            }
        }
        return claim.movedTo(nextOffset);
    }

    void advance(Connection connection, Move move) throws SQLException {
        Claim claim = move.claim();
        try {
            fence.advance(connection, held(claim), claim.nextOffset(), move.nextOffset());
        } catch (FencedException e) {
            throw new PartitionLostException(claim.partition(), e);
        }
    }

    private Held held(Claim claim) {
        return new Held(topic, claim.generation(), claim.partition(), claim.nextOffset(), claim.epoch());
    }

    private void bind(PreparedStatement statement, int first, Claim claim) throws SQLException {
        statement.setString(first, topic);
        statement.setInt(first + 1, claim.generation());
        statement.setInt(first + 2, claim.partition());
        statement.setLong(first + 3, claim.epoch());
    }
}
