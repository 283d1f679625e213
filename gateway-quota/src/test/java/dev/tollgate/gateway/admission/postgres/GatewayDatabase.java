package dev.tollgate.gateway.admission.postgres;

import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.postgres.PostgresServer;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A migrated database on the shared server. The first one becomes the template of the others.
public final class GatewayDatabase {

    public static final String GATEWAY_ROLE = "tollgate_gateway";

    private static @Nullable String template;

    private final PostgresServer server;
    private final String name;

    private GatewayDatabase(PostgresServer server, String name) {
        this.server = server;
        this.name = name;
    }

    public static synchronized GatewayDatabase create() {
        PostgresServer server = PostgresServer.shared();
        String migrated = template;
        if (migrated == null) {
            migrated = server.createDatabase();
            migrate(server, migrated);
            template = migrated;
        }
        return new GatewayDatabase(server, server.createDatabaseFrom(migrated));
    }

    /// A migrated database on a server of the test's own.
    public static GatewayDatabase createOn(PostgresServer server) {
        String name = server.createDatabase();
        migrate(server, name);
        return new GatewayDatabase(server, name);
    }

    private static void migrate(PostgresServer server, String database) {
        String version = Migrate.migrate(MigrateOptions.of(server.url(database), server.superuser()))
                .version();
        if (version.isEmpty()) {
            throw new IllegalStateException("nothing was migrated");
        }
    }

    public String url() {
        return server.url(name);
    }

    public Connection connect() throws SQLException {
        return server.dataSource(name, server.superuser()).getConnection();
    }

    /// A ledger as the gateway's role.
    public PostgresQuotaLedger ledger(String gateway) {
        return new PostgresQuotaLedger(url(), GATEWAY_ROLE, null, gateway);
    }

    /// Registers a tenant in UTC on the free plan with these limits per minute, hour, day and month.
    public void register(String tenantId, long minute, long hour, long day, long month) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement register = connection.prepareStatement(
                        "SELECT tollgate.register_tenant(?, ?, 'UTC', 'free', '2020-01-01', ?::jsonb, 'test')")) {
            register.setString(1, tenantId);
            register.setString(2, tenantId);
            register.setString(3, limits(minute, hour, day, month));
            register.execute();
        }
    }

    /// Changes a tenant's limits from now on.
    public void setLimits(String tenantId, long minute, long hour, long day, long month) throws SQLException {
        try (Connection connection = connect();
                PreparedStatement change = connection.prepareStatement(
                        "SELECT tollgate.set_quotas(?, 'free', ?::jsonb, clock_timestamp(), 'test')")) {
            change.setString(1, tenantId);
            change.setString(2, limits(minute, hour, day, month));
            change.execute();
        }
    }

    public void execute(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /// The first column of the first row.
    public long number(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return rows.getLong(1);
        }
    }

    /// The first column of the first row.
    public String text(String sql) throws SQLException {
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            rows.next();
            return String.valueOf(rows.getString(1));
        }
    }

    /// The database's clock.
    public Instant now() throws SQLException {
        return Instant.ofEpochMilli(number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint"));
    }

    private static String limits(long minute, long hour, long day, long month) {
        return "{\"requests_per_minute\": " + minute + ", \"requests_per_hour\": " + hour + ", \"requests_per_day\": "
                + day + ", \"requests_per_month\": " + month + "}";
    }
}
