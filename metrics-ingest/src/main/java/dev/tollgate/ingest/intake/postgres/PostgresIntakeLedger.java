package dev.tollgate.ingest.intake.postgres;

import dev.tollgate.ingest.intake.IntakeLedger;
import dev.tollgate.ingest.intake.IntakeUnavailableException;
import dev.tollgate.ingest.intake.Submission;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import javax.sql.DataSource;

/// Keys in `event_keys`, events in `intake_outbox`. Safe for use by several threads.
public final class PostgresIntakeLedger implements IntakeLedger {

    /// Waits for others that insert the same keys; sorted, so that two batches never wait in a ring.
    private static final String TAKE_KEYS = """
            INSERT INTO event_keys (tenant_id, source, event_id, body_hash, published_id)
            SELECT *
            FROM unnest(?::text[], ?::text[], ?::text[], ?::bytea[], ?::uuid[])
                AS k (tenant_id, source, event_id, body_hash, published_id)
            ORDER BY tenant_id, source, event_id
            ON CONFLICT DO NOTHING
            RETURNING tenant_id, source, event_id
            """;

    private static final String READ_KEYS = """
            SELECT e.tenant_id, e.source, e.event_id, e.body_hash
            FROM unnest(?::text[], ?::text[], ?::text[]) AS k (tenant_id, source, event_id)
            JOIN event_keys e USING (tenant_id, source, event_id)
            """;

    private static final String FILL_OUTBOX = """
            INSERT INTO intake_outbox (tenant_id, partition_id, payload)
            SELECT tenant_id, partition_id, payload
            FROM unnest(?::text[], ?::integer[], ?::bytea[]) WITH ORDINALITY AS o (tenant_id, partition_id, payload, place)
            ORDER BY place
            """;

    private final DataSource dataSource;

    public PostgresIntakeLedger(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public List<Verdict> take(List<Submission> submissions) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                List<Verdict> verdicts = take(connection, submissions);
                connection.commit();
                return verdicts;
            } catch (SQLException | RuntimeException e) {
                connection.rollback();
                throw e;
            }
        } catch (SQLException e) {
            throw new IntakeUnavailableException("could not take " + submissions.size() + " events", e);
        }
    }

    private static List<Verdict> take(Connection connection, List<Submission> submissions) throws SQLException {
        Set<Submission.Key> taken = takeKeys(connection, submissions);
        List<Submission> fresh = new ArrayList<>();
        List<Submission> known = new ArrayList<>();
        for (Submission submission : submissions) {
            (taken.contains(submission.key()) ? fresh : known).add(submission);
        }
        Map<Submission.Key, byte[]> hashes = known.isEmpty() ? Map.of() : readHashes(connection, known);
        if (!fresh.isEmpty()) {
            fillOutbox(connection, fresh);
        }
        List<Verdict> verdicts = new ArrayList<>(submissions.size());
        for (Submission submission : submissions) {
            verdicts.add(taken.contains(submission.key()) ? Verdict.STORED : compare(submission, hashes));
        }
        return verdicts;
    }

    private static Verdict compare(Submission submission, Map<Submission.Key, byte[]> hashes) throws SQLException {
        byte[] hash = hashes.get(submission.key());
        if (hash == null) {
            throw new SQLException("the key " + submission.key() + " was neither taken nor found");
        }
        return Arrays.equals(hash, submission.bodyHash()) ? Verdict.REPEATED : Verdict.CONFLICT;
    }

    private static Set<Submission.Key> takeKeys(Connection connection, List<Submission> submissions)
            throws SQLException {
        Set<Submission.Key> taken = new HashSet<>();
        try (PreparedStatement statement = connection.prepareStatement(TAKE_KEYS)) {
            bindKeys(connection, statement, submissions);
            statement.setArray(4, connection.createArrayOf("bytea", bytes(submissions, Submission::bodyHash)));
            statement.setArray(5, connection.createArrayOf("uuid", column(submissions, Submission::id)));
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    taken.add(key(row));
                }
            }
        }
        return taken;
    }

    private static Map<Submission.Key, byte[]> readHashes(Connection connection, List<Submission> known)
            throws SQLException {
        Map<Submission.Key, byte[]> hashes = new HashMap<>();
        try (PreparedStatement statement = connection.prepareStatement(READ_KEYS)) {
            bindKeys(connection, statement, known);
            try (ResultSet row = statement.executeQuery()) {
                while (row.next()) {
                    hashes.put(key(row), row.getBytes(4));
                }
            }
        }
        return hashes;
    }

    private static void fillOutbox(Connection connection, List<Submission> fresh) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(FILL_OUTBOX)) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text", column(fresh, one -> one.key().tenantId())));
            statement.setArray(2, connection.createArrayOf("integer", column(fresh, Submission::partition)));
            statement.setArray(3, connection.createArrayOf("bytea", bytes(fresh, Submission::payload)));
            statement.executeUpdate();
        }
    }

    private static void bindKeys(Connection connection, PreparedStatement statement, List<Submission> submissions)
            throws SQLException {
        statement.setArray(
                1,
                connection.createArrayOf(
                        "text", column(submissions, one -> one.key().tenantId())));
        statement.setArray(
                2,
                connection.createArrayOf(
                        "text", column(submissions, one -> one.key().producer())));
        statement.setArray(
                3,
                connection.createArrayOf(
                        "text", column(submissions, one -> one.key().eventId())));
    }

    private static Object[] column(List<Submission> submissions, Function<Submission, Object> value) {
        return submissions.stream().map(value).toArray();
    }

    private static byte[][] bytes(List<Submission> submissions, Function<Submission, byte[]> value) {
        return submissions.stream().map(value).toArray(byte[][]::new);
    }

    private static Submission.Key key(ResultSet row) throws SQLException {
        return new Submission.Key(row.getString(1), row.getString(2), row.getString(3));
    }
}
