package dev.tollgate.schema.access.tenant.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;

/// Enters a tenant's context in the connection's current transaction. The context ends with the transaction,
/// so a pooled connection carries nothing over.
public final class TenantTransaction {

    private TenantTransaction() {}

    /// Throws `SQLException` with SQLSTATE 28000 when the token is forged, malformed or expired, and
    /// `IllegalStateException` in autocommit mode, where the context would end before the next statement.
    public static void enter(Connection connection, String token) throws SQLException {
        if (connection.getAutoCommit()) {
            throw new IllegalStateException("a tenant context needs a transaction: turn autocommit off");
        }
        try (PreparedStatement enter = connection.prepareStatement("SELECT tollgate.enter(?)")) {
            enter.setString(1, token);
            enter.execute();
        }
    }
}
