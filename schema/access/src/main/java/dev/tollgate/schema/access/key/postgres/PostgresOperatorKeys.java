package dev.tollgate.schema.access.key.postgres;

import dev.tollgate.schema.access.key.ApiKey;
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

/// Reads `operator_keys` at every call.
public final class PostgresOperatorKeys implements OperatorKeys {

    private static final String ADD =
            "INSERT INTO operator_keys (key_id, name, roles, secret_hash) VALUES (?, ?, ?, ?)";

    private final LiveKeys<Operator> keys;

    public PostgresOperatorKeys(DataSource database) {
        this.keys = new LiveKeys<>(database, "name, roles", "operator_keys", PostgresOperatorKeys::read);
    }

    @Override
    public Optional<Operator> find(String presentedKey) {
        return keys.find(presentedKey);
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

    private static Operator read(String keyId, ResultSet row) throws SQLException {
        return new Operator(row.getString("name"), roles(row.getArray("roles")));
    }

    private static Set<Role> roles(Array array) throws SQLException {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        for (String role : (String[]) array.getArray()) {
            roles.add(Role.valueOf(role));
        }
        return roles;
    }
}
