package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.KeyRow;
import dev.tollgate.schema.access.key.ApiKey;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `api_keys` of one tenant, in the order of their ids.
public final class KeyTable {

    private static final String SELECT = """
            SELECT *, CASE WHEN revoked_at IS NOT NULL THEN 'revoked' WHEN expires_at <= clock_timestamp() THEN 'expired' ELSE 'live' END AS state
            FROM api_keys WHERE tenant_id = ?
            """;

    private KeyTable() {}

    public static List<KeyRow> page(Connection connection, String tenantId, String after, int limit)
            throws SQLException {
        return Sql.all(
                connection, SELECT + "AND key_id > ? ORDER BY key_id LIMIT ?", KeyTable::row, tenantId, after, limit);
    }

    public static Optional<KeyRow> find(Connection connection, String tenantId, String keyId) throws SQLException {
        return Sql.first(connection, SELECT + "AND key_id = ?", KeyTable::row, tenantId, keyId);
    }

    public static void add(
            Connection connection,
            String tenantId,
            ApiKey.Presented key,
            List<String> scopes,
            @Nullable Instant expiresAt,
            String actor)
            throws SQLException {
        Sql.call(
                connection,
                "SELECT tollgate.add_api_key(?, ?, ?, ?, ?::timestamptz, ?)",
                tenantId,
                key.id(),
                key.hash(),
                connection.createArrayOf("text", scopes.toArray()),
                expiresAt,
                actor);
    }

    /// Lets a live key expire once the overlap is over.
    public static void expire(Connection connection, String tenantId, String keyId, long overlapSeconds, String actor)
            throws SQLException {
        Sql.call(
                connection,
                "SELECT tollgate.end_api_key(?, ?, ? * INTERVAL '1 second', NULL, ?)",
                tenantId,
                keyId,
                overlapSeconds,
                actor);
    }

    public static void revoke(
            Connection connection, String tenantId, String keyId, @Nullable String reason, String actor)
            throws SQLException {
        Sql.call(connection, "SELECT tollgate.end_api_key(?, ?, NULL, ?, ?)", tenantId, keyId, reason, actor);
    }

    private static KeyRow row(ResultSet row) throws SQLException {
        return new KeyRow(
                row.getString("key_id"),
                row.getString("state"),
                Sql.texts(row, "scopes"),
                Sql.moment(row, "created_at"),
                row.getString("created_by"),
                Sql.optionalMoment(row, "expires_at"),
                Sql.optionalMoment(row, "revoked_at"));
    }
}
