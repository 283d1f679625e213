package dev.tollgate.schema.access.key.postgres;

import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.KeysUnavailableException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Optional;
import javax.sql.DataSource;

/// Finds the row of a key that is neither revoked nor expired, and proves the key by the row's hash. The table is read
/// at every call, so a revocation counts at once; expiry is judged by the database's clock. Safe for use by several
/// threads.
final class LiveKeys<T> {

    /// Makes of a proved key's row whose it is.
    interface Owner<T> {
        T read(String keyId, ResultSet row) throws SQLException;
    }

    private final DataSource database;
    private final String find;
    private final Owner<T> owner;

    /// @param columns those that `owner` reads
    LiveKeys(DataSource database, String columns, String table, Owner<T> owner) {
        this.database = database;
        this.find = "SELECT " + columns + ", secret_hash FROM " + table + " WHERE key_id = ? AND revoked_at IS NULL"
                + " AND (expires_at IS NULL OR expires_at > clock_timestamp())";
        this.owner = owner;
    }

    Optional<T> find(String presentedKey) {
        Optional<ApiKey.Presented> key = ApiKey.parse(presentedKey);
        if (key.isEmpty()) {
            return Optional.empty();
        }
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(find)) {
            return proved(statement, key.get());
        } catch (SQLException e) {
            throw new KeysUnavailableException(e);
        }
    }

    private Optional<T> proved(PreparedStatement statement, ApiKey.Presented key) throws SQLException {
        statement.setString(1, key.id());
        try (ResultSet row = statement.executeQuery()) {
            if (!row.next() || !key.matches(row.getBytes("secret_hash"))) {
                return Optional.empty();
            }
            return Optional.of(owner.read(key.id(), row));
        }
    }
}
