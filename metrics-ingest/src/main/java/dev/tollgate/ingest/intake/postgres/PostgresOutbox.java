package dev.tollgate.ingest.intake.postgres;

import dev.tollgate.ingest.intake.Outbox;
import dev.tollgate.ingest.intake.OutboxEvent;
import dev.tollgate.ingest.intake.OutboxPayload;
import dev.tollgate.schema.contract.Topics;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// The outbox in `intake_outbox`. Its session holds one advisory lock per partition, so that a relay that dies, or
/// loses its session, leaves its partitions to the next one. One thread owns an instance.
public final class PostgresOutbox implements Outbox {

    /// First key of the advisory locks; the second is the partition. "toll" in ASCII.
    private static final int LOCK_CLASS = 0x746f6c6c;

    private static final String TAKE =
            "SELECT p FROM unnest(?::integer[]) AS p WHERE pg_try_advisory_lock(" + LOCK_CLASS + ", p)";
    private static final String WAITING = """
            SELECT p FROM unnest(?::integer[]) AS p
            WHERE EXISTS (SELECT FROM intake_outbox o WHERE o.partition_id = p)
            """;
    private static final String NEXT = """
            SELECT outbox_id, payload, source, sequence FROM intake_outbox
            WHERE partition_id = ? AND source IS NOT NULL ORDER BY source, sequence LIMIT ?
            """;
    private static final String DROP = "DELETE FROM intake_outbox WHERE outbox_id = ANY (?)";

    private final DataSource dataSource;
    private final IntakeSources sources = new IntakeSources();
    private final Set<Integer> held = new TreeSet<>();
    private @Nullable Connection connection;

    /// @param dataSource opens a new connection each time
    public PostgresOutbox(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public void keepHold() {
        ask("take partitions of the outbox", session -> {
            List<Integer> free = IntStream.range(0, Topics.PARTITIONS)
                    .boxed()
                    .filter(partition -> !held.contains(partition))
                    .toList();
            if (!free.isEmpty()) {
                held.addAll(partitions(session, TAKE, free));
            }
            sources.beat(session, held);
            return held;
        });
    }

    @Override
    public Set<Integer> waiting() {
        return ask("look into the outbox", session -> partitions(session, WAITING, held));
    }

    @Override
    public List<OutboxEvent> number(int partition, int max) {
        return ask("number events of partition " + partition, session -> {
            List<OutboxEvent> left = next(session, partition, max);
            if (!left.isEmpty()) {
                return left;
            }
            transact(session, () -> sources.number(session, partition, max));
            return next(session, partition, max);
        });
    }

    @Override
    public void published(List<OutboxEvent> events) {
        if (events.isEmpty()) {
            return;
        }
        Map<String, Long> last = new TreeMap<>();
        events.forEach(one -> last.merge(one.event().source(), one.event().sequence(), Math::max));
        ask("drop published events", session -> {
            transact(session, () -> {
                try (PreparedStatement statement = session.prepareStatement(DROP)) {
                    Object[] ids = events.stream().map(OutboxEvent::outboxId).toArray();
                    statement.setArray(1, session.createArrayOf("bigint", ids));
                    statement.executeUpdate();
                }
                sources.published(session, last);
            });
            return events.size();
        });
    }

    @Override
    public void disconnect() {
        Connection dropped = connection;
        connection = null;
        held.clear();
        if (dropped != null) {
            try {
                dropped.close();
            } catch (SQLException e) {
                // The session is gone either way, and its locks with it.
                return;
            }
        }
    }

    @Override
    public void close() {
        disconnect();
    }

    private static List<OutboxEvent> next(Connection session, int partition, int max) throws SQLException {
        List<OutboxEvent> events = new ArrayList<>();
        try (PreparedStatement statement = session.prepareStatement(NEXT)) {
            statement.setInt(1, partition);
            statement.setInt(2, max);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    var event = OutboxPayload.decode(row.getBytes(2), row.getString(3), row.getLong(4));
                    events.add(new OutboxEvent(row.getLong(1), event));
                }
            }
        }
        return events;
    }

    private static Set<Integer> partitions(Connection session, String sql, Iterable<Integer> among)
            throws SQLException {
        List<Integer> given = new ArrayList<>();
        among.forEach(given::add);
        Set<Integer> found = new TreeSet<>();
        try (PreparedStatement statement = session.prepareStatement(sql)) {
            statement.setArray(1, session.createArrayOf("integer", given.toArray()));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    found.add(row.getInt(1));
                }
            }
        }
        return found;
    }

    private static void transact(Connection session, Work work) throws SQLException {
        session.setAutoCommit(false);
        work.run();
        session.commit();
        session.setAutoCommit(true);
    }

    private <T> T ask(String what, Question<T> question) {
        try {
            Connection session = connection;
            if (session == null) {
                session = dataSource.getConnection();
                connection = session;
            }
            return question.to(session);
        } catch (SQLException e) {
            throw new IllegalStateException("could not " + what + ": " + e.getMessage(), e);
        }
    }

    private interface Question<T> {
        T to(Connection session) throws SQLException;
    }

    private interface Work {
        void run() throws SQLException;
    }
}
