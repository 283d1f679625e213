package dev.tollgate.schema.access.key.postgres;

import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.access.key.Scope;
import dev.tollgate.schema.access.key.TenantKey;
import dev.tollgate.schema.access.key.TenantKeys;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/// Reads `api_keys` at every call, so a revocation counts at once; expiry is judged by the database's clock.
/// The pool's role must be one that works across tenants. Safe for use by several threads.
public final class PostgresTenantKeys implements TenantKeys {

    private static final String FIND = """
            SELECT tenant_id, scopes, secret_hash FROM api_keys
            WHERE key_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())""";

    private final DataSource database;

    public PostgresTenantKeys(DataSource database) {
        this.database = database;
    }

    @Override
    public Optional<TenantKey> find(String presentedKey) {
        Optional<ApiKey.Presented> key = ApiKey.parse(presentedKey);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try (Connection connection = database.getConnection()) {
            return find(connection, key.get());
        } catch (SQLException e) {
            throw new KeysUnavailableException(e);
        }
    }

    private static Optional<TenantKey> find(Connection connection, ApiKey.Presented key) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, key.id());
            try (ResultSet row = find.executeQuery()) {
                if (!row.next() || !key.matches(row.getBytes("secret_hash"))) {
                    return Optional.empty();
                }
                return Optional.of(new TenantKey(key.id(), row.getString("tenant_id"), scopes(row.getArray("scopes"))));
            }
        }
    }

    private static Set<Scope> scopes(Array array) throws SQLException {
        Set<Scope> scopes = EnumSet.noneOf(Scope.class);
        for (String scope : (String[]) array.getArray()) {
            Scope.of(scope).ifPresent(scopes::add);
        }
        return scopes;
    }
}
