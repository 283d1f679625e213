package dev.tollgate.ingest.intake.postgres;

import dev.tollgate.ingest.intake.IntakeUnavailableException;
import dev.tollgate.ingest.intake.Original;
import dev.tollgate.ingest.intake.Submission;
import dev.tollgate.ingest.intake.VoidLedger;
import dev.tollgate.ingest.intake.VoidSubmission;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.UuidV7;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;

/// Voids by `tollgate.void_event`; originals from `event_keys` and `tenant_metrics_raw`. Safe for use by several
/// threads.
public final class PostgresVoidLedger implements VoidLedger {

    /// An event that was accepted longer ago than this and is not in the raw table has been there.
    private static final String UNDERWAY_MAX = "interval '24 hours'";

    private static final String KNOWN = """
            SELECT body_hash, published_id, received_at > now() - %s FROM event_keys
            WHERE tenant_id = ? AND source = ? AND event_id = ?
            """.formatted(UNDERWAY_MAX);

    private static final String VOID = "SELECT tollgate.void_event(?, ?, ?, ?, ?, ?, ?, ?, ?, ?)";

    private final DataSource dataSource;

    public PostgresVoidLedger(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Optional<Known> known(Submission.Key key) {
        return ask(
                "look for " + key,
                connection -> key(connection, key)
                        .map(row -> new Known(row.bodyHash, row.publishedId.orElse(new UUID(0, 0)))));
    }

    @Override
    public Original find(Submission.Key key) {
        return ask("look for " + key, connection -> {
            Optional<KeyRow> row = key(connection, key);
            if (row.isEmpty()) {
                return new Original.Unknown();
            }
            if (row.get().publishedId.isEmpty()) {
                return new Original.Archived();
            }
            UUID publishedId = row.get().publishedId.get();
            Original stored = stored(connection, key.tenantId(), publishedId);
            return switch (stored) {
                case Original.Unknown unknown ->
                    row.get().isRecent ? new Original.Underway(publishedId) : new Original.Archived();
                case Original.Underway underway -> underway;
                case Original.Archived archived -> archived;
                case Original.Stored found -> found;
            };
        });
    }

    @Override
    public Original find(String tenantId, UUID eventId) {
        return ask(
                "look for event " + eventId + " of " + tenantId, connection -> stored(connection, tenantId, eventId));
    }

    @Override
    public Verdict take(VoidSubmission submission) {
        Submission.Key key = submission.key();
        return ask("void event " + submission.voidedId() + " of " + key.tenantId(), connection -> {
            try (PreparedStatement statement = connection.prepareStatement(VOID)) {
                statement.setString(1, key.tenantId());
                statement.setString(2, key.producer());
                statement.setString(3, key.eventId());
                statement.setBytes(4, submission.bodyHash());
                statement.setObject(5, submission.voidedId());
                statement.setObject(6, submission.voidId());
                statement.setInt(7, Topics.partitionOf(key.tenantId()));
                statement.setBytes(8, submission.payload());
                statement.setString(9, submission.actor());
                statement.setString(10, submission.reason());
                try (ResultSet row = statement.executeQuery()) {
                    row.next();
                    return switch (row.getString(1)) {
                        case "stored" -> Verdict.STORED;
                        case "repeated" -> Verdict.REPEATED;
                        case "conflict" -> Verdict.CONFLICT;
                        case "voided" -> Verdict.VOIDED;
                        default -> throw new SQLException("an unknown verdict: " + row.getString(1));
                    };
                }
            }
        });
    }

    private record KeyRow(byte[] bodyHash, Optional<UUID> publishedId, boolean isRecent) {}

    private static Optional<KeyRow> key(Connection connection, Submission.Key key) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(KNOWN)) {
            statement.setString(1, key.tenantId());
            statement.setString(2, key.producer());
            statement.setString(3, key.eventId());
            try (ResultSet row = statement.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Optional<UUID> publishedId = Optional.ofNullable(row.getObject(2, UUID.class));
                return Optional.of(new KeyRow(row.getBytes(1), publishedId, row.getBoolean(3)));
            }
        }
    }

    /// `Stored` or `Unknown`: an id carries its event's time, so the raw table's key is known in full.
    private static Original stored(Connection connection, String tenantId, UUID eventId) throws SQLException {
        Instant time = Instant.ofEpochMilli(UuidV7.epochMs(eventId));
        try (PreparedStatement statement = connection.prepareStatement(StoredEvents.BY_KEY)) {
            statement.setString(1, tenantId);
            statement.setObject(2, time.atOffset(ZoneOffset.UTC));
            statement.setObject(3, eventId);
            try (ResultSet row = statement.executeQuery()) {
                return row.next() ? new Original.Stored(StoredEvents.event(row)) : new Original.Unknown();
            }
        }
    }

    private <T> T ask(String what, Question<T> question) {
        try (Connection connection = dataSource.getConnection()) {
            return question.to(connection);
        } catch (SQLException e) {
            throw new IntakeUnavailableException("could not " + what, e);
        }
    }

    private interface Question<T> {
        T to(Connection connection) throws SQLException;
    }
}
