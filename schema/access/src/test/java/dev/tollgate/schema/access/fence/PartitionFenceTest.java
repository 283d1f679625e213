package dev.tollgate.schema.access.fence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.schema.access.AccessDatabase;
import dev.tollgate.schema.access.fence.PartitionFence.Held;
import dev.tollgate.schema.access.generation.TopicGenerations;
import dev.tollgate.schema.database.LoginRole;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class PartitionFenceTest {

    private static final int VALID_SECONDS_MAX = 5;

    private final PartitionFence fence = new PartitionFence(PartitionFence.INGEST_POSITIONS);

    @Test
    void theNextOwnerContinuesWhereTheLastOneCommitted() throws SQLException {
        try (Connection first = ingest();
                Connection second = ingest()) {
            Held held = acquire(first, "continues", 3);
            assertThat(held.nextOffset()).isZero();
            first.setAutoCommit(false);
            fence.advance(first, held, 0, 10);
            first.commit();
            fence.advance(first, held, 10, 25);
            first.rollback();
            first.setAutoCommit(true);
            assertThat(fence.release(first, held)).isTrue();

            Held next = acquire(second, "continues", 3);
            assertThat(next.nextOffset()).isEqualTo(10);
            assertThat(next.epoch()).isGreaterThan(held.epoch());
            assertThat(first.isValid(VALID_SECONDS_MAX)).isTrue();
            assertThat(fence.release(first, held)).isFalse();
        }
    }

    @Test
    void aFormerOwnerCannotMoveThePosition() throws SQLException {
        try (Connection first = ingest();
                Connection second = ingest();
                Connection third = ingest()) {
            Held former = acquire(first, "former", 0);
            Held owner = acquire(second, "former", 0);
            assertThatThrownBy(() -> fence.advance(third, former, 0, 5)).isInstanceOf(FencedException.class);
            fence.advance(second, owner, 0, 7);
            assertThat(nextOffset(second, "former")).isEqualTo(7);
        }
    }

    @Test
    void takingOverEndsTheSessionThatHoldsTheRowLocked() throws SQLException {
        try (Connection hanging = ingest();
                Connection second = ingest()) {
            Held held = acquire(hanging, "hanging", 1);
            hanging.setAutoCommit(false);
            fence.advance(hanging, held, 0, 100);

            Held owner = acquire(second, "hanging", 1);
            assertThat(owner.nextOffset()).isZero();
            assertThat(hanging.isValid(VALID_SECONDS_MAX)).isFalse();
        }
    }

    @Test
    void acquiringAgainOnTheSameConnectionKeepsIt() throws SQLException {
        try (Connection connection = ingest()) {
            Held first = acquire(connection, "again", 2);
            Held second = acquire(connection, "again", 2);
            assertThat(second.epoch()).isEqualTo(first.epoch() + 1);
            assertThatThrownBy(() -> fence.advance(connection, first, 0, 1)).isInstanceOf(FencedException.class);
            fence.advance(connection, second, 0, 1);
        }
    }

    @Test
    void aPositionMovesOnlyFromWhereItStands() throws SQLException {
        try (Connection connection = ingest()) {
            Held held = acquire(connection, "stands", 0);
            fence.advance(connection, held, 0, 5);
            assertThatThrownBy(() -> fence.advance(connection, held, 0, 6))
                    .isInstanceOf(FencedException.class)
                    .hasMessageContaining("stands-0");
            assertThatThrownBy(() -> fence.advance(connection, held, 5, 4))
                    .isInstanceOf(IllegalArgumentException.class);
            assertThat(nextOffset(connection, "stands")).isEqualTo(5);
        }
    }

    @Test
    void isNotAcquiredInsideATransaction() throws SQLException {
        try (Connection connection = ingest()) {
            connection.setAutoCommit(false);
            assertThatThrownBy(() -> fence.acquire(connection, "inside", 1, 0))
                    .isInstanceOf(IllegalStateException.class);
        }
    }

    @Test
    void theSinkHasPositionsOfItsOwn() throws SQLException {
        PartitionFence sink = new PartitionFence(PartitionFence.SINK_POSITIONS);
        try (Connection connection = AccessDatabase.connect(LoginRole.AGGREGATOR)) {
            int generation = TopicGenerations.resolve(connection, "sink", "sink-id");
            Held held = sink.acquire(connection, "sink", generation, 0);
            sink.advance(connection, held, 0, 3);
            assertThat(sink.acquire(connection, "sink", generation, 0).nextOffset())
                    .isEqualTo(3);
        }
        assertThatThrownBy(() -> new PartitionFence("tenants")).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void aTopicThatIsCreatedAnewGetsTheNextGeneration() throws SQLException {
        try (Connection connection = ingest()) {
            assertThat(TopicGenerations.resolve(connection, "anew", "id-a")).isEqualTo(1);
            assertThat(TopicGenerations.resolve(connection, "anew", "id-b")).isEqualTo(2);
            assertThat(TopicGenerations.resolve(connection, "anew", "id-a")).isEqualTo(1);
            assertThat(TopicGenerations.resolve(connection, "another", "id-a")).isEqualTo(1);
        }
    }

    private Held acquire(Connection connection, String topic, int partition) throws SQLException {
        int generation = TopicGenerations.resolve(connection, topic, topic + "-id");
        return fence.acquire(connection, topic, generation, partition);
    }

    private static Connection ingest() throws SQLException {
        return AccessDatabase.connect(LoginRole.INGEST);
    }

    private static long nextOffset(Connection connection, String topic) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT next_offset FROM ingest_positions WHERE topic = '" + topic + "'")) {
            assertThat(row.next()).isTrue();
            return row.getLong(1);
        }
    }
}
