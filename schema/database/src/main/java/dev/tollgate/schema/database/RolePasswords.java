package dev.tollgate.schema.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.locks.LockSupport;
import org.postgresql.PGConnection;

/// Sets the passwords of roles. Only SCRAM verifiers travel to the server, so that no password stands in its log.
///
/// Roles belong to the cluster: another database's migration may change the same role at this moment, which PostgreSQL
/// answers with an error where it would have waited on a table. Such a change is tried again, a bounded number of
/// times.
final class RolePasswords {

    private static final int ATTEMPTS_MAX = 20;
    private static final Duration PAUSE_BETWEEN_ATTEMPTS = Duration.ofMillis(25);

    /// PostgreSQL's state of "tuple concurrently updated".
    private static final String INTERNAL_ERROR = "XX000";

    private final Connection connection;

    /// @param connection in auto-commit mode
    RolePasswords(Connection connection) {
        this.connection = connection;
    }

    void set(Map<String, String> passwordsByRole) throws SQLException {
        for (Map.Entry<String, String> entry : new TreeMap<>(passwordsByRole).entrySet()) {
            set(entry.getKey(), entry.getValue());
        }
    }

    private void set(String role, String password) throws SQLException {
        PGConnection postgres = connection.unwrap(PGConnection.class);
        for (int attempt = 1; ; attempt++) {
            try {
                postgres.alterUserPassword(role, password.toCharArray(), "scram-sha-256");
                return;
            } catch (SQLException failed) {
                if (attempt == ATTEMPTS_MAX || !INTERNAL_ERROR.equals(failed.getSQLState())) {
                    throw failed;
                }
                LockSupport.parkNanos(PAUSE_BETWEEN_ATTEMPTS.toNanos());
            }
        }
    }
}
