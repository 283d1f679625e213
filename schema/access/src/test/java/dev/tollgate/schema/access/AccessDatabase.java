package dev.tollgate.schema.access;

import dev.tollgate.schema.database.LoginRole;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.postgres.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;

/// One migrated database for the module's tests, made by the first of them. Tests keep apart by using topics,
/// tenants and keys of their own.
public final class AccessDatabase {

    private static final byte[] CONTEXT_KEY = "a key that only these tests know".getBytes(StandardCharsets.US_ASCII);

    private AccessDatabase() {}

    private static final class Holder {
        static final String NAME = create();

        private static String create() {
            PostgresServer server = PostgresServer.shared();
            String name = server.createDatabase();
            var unused = Migrate.migrate(
                    MigrateOptions.of(server.url(name), server.superuser()).withTenantContextKey(CONTEXT_KEY));
            return name;
        }
    }

    public static byte[] contextKey() {
        return CONTEXT_KEY.clone();
    }

    public static DataSource as(LoginRole role) {
        return PostgresServer.shared().dataSource(Holder.NAME, role.roleName());
    }

    public static Connection connect(LoginRole role) throws SQLException {
        return as(role).getConnection();
    }
}
