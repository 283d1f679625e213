package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.Made;
import dev.tollgate.gateway.admin.WriteOutcome;
import dev.tollgate.gateway.admin.WriteOutcome.Reason;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/// Runs the reads and writes of the admin API. A write, its entry in the audit log and its kept answer are one
/// transaction.
public final class AdminDatabase {

    /// Reads in a transaction of its own.
    public interface Query<T> {
        T run(Connection connection) throws SQLException;
    }

    /// Who writes, and what is asked for.
    ///
    /// @param idempotencyKey null: the write is done each time
    /// @param hash SHA-256 of the request
    public record Write(String actor, @Nullable String idempotencyKey, byte[] hash) {}

    private record Claim(boolean claimed, boolean sameRequest, int status, String body) {}

    private static final String CLAIM = "SELECT * FROM tollgate.claim_answer(?, ?, ?)";
    private static final String KEEP = "SELECT tollgate.keep_answer(?, ?, ?, ?)";

    private final DataSource database;

    public AdminDatabase(DataSource database) {
        this.database = database;
    }

    public <T> T read(Query<T> query) throws SQLException {
        try (Connection connection = database.getConnection()) {
            return query.run(connection);
        }
    }

    /// Does what was not done yet under this key. What the database's functions refuse, and what ends the change by an
    /// exception, leaves nothing behind: neither a change nor an answer.
    public WriteOutcome once(Write write, Query<Made> change) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            boolean committed = false;
            try {
                WriteOutcome outcome = inTransaction(connection, write, change);
                connection.commit();
                committed = true;
                return outcome;
            } catch (SQLException failed) {
                return refusal(failed);
            } finally {
                if (!committed) {
                    connection.rollback();
                }
            }
        }
    }

    private static WriteOutcome inTransaction(Connection connection, Write write, Query<Made> change)
            throws SQLException {
        String key = write.idempotencyKey();
        if (key != null) {
            Claim claim = claim(connection, write.actor(), key, write.hash());
            if (!claim.claimed()) {
                return claim.sameRequest()
                        ? new WriteOutcome.Answered(claim.status(), claim.body(), true)
                        : new WriteOutcome.KeyReused();
            }
        }
        Made made = change.run(connection);
        if (key != null) {
            Sql.call(connection, KEEP, write.actor(), key, made.repeatedStatus(), made.repeatedBody());
        }
        return new WriteOutcome.Answered(made.status(), made.body(), false);
    }

    private static Claim claim(Connection connection, String actor, String key, byte[] hash) throws SQLException {
        return Sql.first(
                        connection,
                        CLAIM,
                        row -> new Claim(
                                row.getBoolean("claimed"),
                                row.getBoolean("same_request"),
                                row.getInt("status"),
                                String.valueOf(row.getString("body"))),
                        actor,
                        key,
                        hash)
                .orElseThrow();
    }

    /// What the functions and constraints of the schema refuse; every other failure is thrown on.
    private static WriteOutcome refusal(SQLException failed) throws SQLException {
        String state = failed.getSQLState();
        return switch (state == null ? "" : state) {
            case "P0002" -> new WriteOutcome.Refused(Reason.NOT_FOUND, message(failed));
            case "55000" -> new WriteOutcome.Refused(Reason.CONFLICT, message(failed));
            case "22023", "22P02", "22003" -> new WriteOutcome.Refused(Reason.INVALID, message(failed));
            case "23514" -> new WriteOutcome.Refused(Reason.INVALID, "a member has a value that it cannot have");
            case "23503" -> new WriteOutcome.Refused(Reason.INVALID, "a member names what does not exist");
            default -> throw failed;
        };
    }

    private static String message(SQLException failed) {
        ServerErrorMessage server = failed instanceof PSQLException told ? told.getServerErrorMessage() : null;
        String message = server == null ? null : server.getMessage();
        return message == null ? "the database refuses it" : message;
    }
}
