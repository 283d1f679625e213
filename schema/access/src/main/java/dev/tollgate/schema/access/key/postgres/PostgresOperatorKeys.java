package dev.tollgate.schema.access.key.postgres;

import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.KeysUnavailableException;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.OperatorKeys;
import dev.tollgate.schema.access.key.Role;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import javax.sql.DataSource;

/// Reads `operator_keys` at every call, so a revocation counts at once; expiry is judged by the database's
/// clock. Safe for use by several threads.
public final class PostgresOperatorKeys implements OperatorKeys {

    private static final String FIND = """
            SELECT name, roles, secret_hash FROM operator_keys
            WHERE key_id = ? AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > clock_timestamp())""";

    private static final String ADD =
            "INSERT INTO operator_keys (key_id, name, roles, secret_hash) VALUES (?, ?, ?, ?)";

    private final DataSource database;

    public PostgresOperatorKeys(DataSource database) {
        this.database = database;
    }

    @Override
    public Optional<Operator> find(String presentedKey) {
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

    /// Stores a new key of a member of staff, in the connection's transaction.
    public static void add(Connection connection, ApiKey.Presented key, Operator operator) throws SQLException {
        Array roles = connection.createArrayOf(
                "text", operator.roles().stream().map(Role::name).sorted().toArray());
        try (PreparedStatement add = connection.prepareStatement(ADD)) {
            add.setString(1, key.id());
            add.setString(2, operator.name());
            add.setArray(3, roles);
            add.setBytes(4, key.hash());
            add.executeUpdate();
        }
    }

    private static Optional<Operator> find(Connection connection, ApiKey.Presented key) throws SQLException {
        try (PreparedStatement find = connection.prepareStatement(FIND)) {
            find.setString(1, key.id());
            try (ResultSet row = find.executeQuery()) {
                if (!row.next() || !key.matches(row.getBytes("secret_hash"))) {
                    return Optional.empty();
                }
                return Optional.of(new Operator(row.getString("name"), roles(row.getArray("roles"))));
            }
        }
    }

    private static Set<Role> roles(Array array) throws SQLException {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : (String[]) array.getArray()) {
            roles.add(Role.valueOf(role));
        }
        return roles;
    }
}
