package dev.tollgate.schema.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.output.MigrateResult;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// One migration of one database: the schema first, then what depends on the deployment: the tenant context key, the
/// months ahead, the roles' passwords.
final class DatabaseMigration {

    /// Where Flyway keeps what it applied.
    static final String HISTORY_SCHEMA = "public";

    static final String HISTORY_TABLE = "schema_history";

    /// Raw events get their partitions this long before the first of them.
    private static final int MONTHS_AHEAD = 3;

    private final MigrateOptions options;
    private final PGSimpleDataSource dataSource = new PGSimpleDataSource();

    DatabaseMigration(MigrateOptions options) {
        this.options = options;
        dataSource.setURL(options.url());
        dataSource.setUser(options.user());
        dataSource.setPassword(options.password());
        dataSource.setApplicationName("tollgate-migrate");
    }

    Migrated run() {
        MigrateResult applied = applyMigrations();
        try (Connection connection = dataSource.getConnection()) {
            int monthsMade = provisionAsOwner(connection);
            new RolePasswords(connection).set(options.rolePasswords());
            String version =
                    applied.targetSchemaVersion == null ? applied.initialSchemaVersion : applied.targetSchemaVersion;
            return new Migrated(String.valueOf(version), applied.migrationsExecuted, monthsMade);
        } catch (SQLException failed) {
            throw new MigrateFailedException("could not provision " + options.address(), failed);
        }
    }

    /// All pending migrations in one transaction: a deploy that fails leaves the schema as it was.
    private MigrateResult applyMigrations() {
        try {
            return Flyway.configure(DatabaseMigration.class.getClassLoader())
                    .dataSource(dataSource)
                    .locations("classpath:" + BundledMigrations.FOLDER)
                    .defaultSchema(HISTORY_SCHEMA)
                    .table(HISTORY_TABLE)
                    .createSchemas(false)
                    .validateMigrationNaming(true)
                    .placeholderReplacement(false)
                    .group(true)
                    .cleanDisabled(true)
                    .outputQueryResults(false)
                    .loggers("slf4j")
                    .load()
                    .migrate();
        } catch (FlywayException failed) {
            throw new MigrateFailedException("could not migrate " + options.address(), failed);
        }
    }

    private int provisionAsOwner(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            statement.execute("SET LOCAL ROLE tollgate_owner");
        }
        storeTenantContextKey(connection, options.tenantContextKey());
        int made = ensureMonths(connection);
        connection.commit();
        connection.setAutoCommit(true);
        return made;
    }

    private static void storeTenantContextKey(Connection connection, byte @Nullable [] key) throws SQLException {
        if (key == null) {
            return;
        }
        try (PreparedStatement store =
                connection.prepareStatement("SELECT tollgate.store_secret('tenant_context', ?)")) {
            store.setBytes(1, key);
            store.execute();
        }
    }

    private int ensureMonths(Connection connection) throws SQLException {
        YearMonth current = YearMonth.from(options.clock().instant().atOffset(ZoneOffset.UTC));
        LocalDate first = current.atDay(1);
        try (PreparedStatement ensure = connection.prepareStatement("""
                SELECT count(*) FILTER (WHERE tollgate.ensure_month(month::date))
                FROM generate_series(?::timestamp, ?::timestamp, INTERVAL '1 month') AS month
                """)) {
            ensure.setObject(1, first.atStartOfDay());
            ensure.setObject(2, first.plusMonths(MONTHS_AHEAD).atStartOfDay());
            try (ResultSet made = ensure.executeQuery()) {
                made.next();
                return made.getInt(1);
            }
        }
    }
}
