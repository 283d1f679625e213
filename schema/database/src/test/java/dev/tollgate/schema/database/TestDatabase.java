package dev.tollgate.schema.database;

import dev.tollgate.testing.postgres.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.postgresql.ds.PGSimpleDataSource;

/// A database on the shared server, and connections to it as any role.
record TestDatabase(PostgresServer server, String name) {

    static final byte[] TENANT_CONTEXT_KEY =
            "a key of forty bytes, for tests and only.".getBytes(StandardCharsets.UTF_8);

    static TestDatabase empty() {
        PostgresServer server = PostgresServer.shared();
        return new TestDatabase(server, server.createDatabase());
    }

    /// A copy of a database that was migrated once.
    static TestDatabase migrated() {
        PostgresServer server = PostgresServer.shared();
        return new TestDatabase(server, server.createDatabaseFrom(Template.NAME));
    }

    private static final class Template {
        static final String NAME = make();

        private static String make() {
            TestDatabase database = empty();
            if (Migrate.migrate(database.options()).migrationsApplied() == 0) {
                throw new IllegalStateException("nothing was migrated");
            }
            return database.name();
        }
    }

    MigrateOptions options() {
        return MigrateOptions.of(server.url(name), server.superuser()).withTenantContextKey(TENANT_CONTEXT_KEY);
    }

    PGSimpleDataSource dataSource(String role) {
        return server.dataSource(name, role);
    }

    Connection as(String role) throws SQLException {
        return dataSource(role).getConnection();
    }

    Connection asSuperuser() throws SQLException {
        return as(server.superuser());
    }

    /// A token as the services sign it.
    static String token(String tenantId, Instant expiry) {
        return token(TENANT_CONTEXT_KEY, tenantId, expiry);
    }

    static String token(byte[] key, String tenantId, Instant expiry) {
        String claim = tenantId + "|" + expiry.getEpochSecond();
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return claim + "|" + HexFormat.of().formatHex(mac.doFinal(claim.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java platform has HmacSHA256", e);
        }
    }
}
