package dev.tollgate.ingest.testing;

import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.postgres.PostgresServer;
import java.io.IOException;
import java.io.StringReader;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.postgresql.PGConnection;
import org.postgresql.ds.PGSimpleDataSource;

/// A migrated database of its own on the shared server.
public record TestDatabase(String name) {

    private static final String INGEST = "tollgate_ingest";
    private static final String TEMPLATE = migrate(PostgresServer.shared().createDatabase());

    public static TestDatabase create() {
        return new TestDatabase(PostgresServer.shared().createDatabaseFrom(TEMPLATE));
    }

    public String url() {
        return PostgresServer.shared().url(name);
    }

    public PGSimpleDataSource asIngest() {
        PGSimpleDataSource source = PostgresServer.shared().dataSource(name, INGEST);
        source.setReWriteBatchedInserts(true);
        return source;
    }

    public void execute(String sql) {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    /// Loads text with a COPY statement.
    public void copyIn(String sql, String text) {
        try (Connection connection = superuser()) {
            connection.unwrap(PGConnection.class).getCopyAPI().copyIn(sql, new StringReader(text));
        } catch (SQLException | IOException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    public long count(String sql) {
        return Long.parseLong(texts(sql).getFirst());
    }

    /// The first column as text.
    public List<String> texts(String sql) {
        try (Connection connection = superuser();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(String.valueOf(row.getString(1)));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private Connection superuser() throws SQLException {
        PostgresServer server = PostgresServer.shared();
        return server.dataSource(name, server.superuser()).getConnection();
    }

    private static String migrate(String database) {
        PostgresServer server = PostgresServer.shared();
        int applied = Migrate.migrate(MigrateOptions.of(server.url(database), server.superuser()))
                .migrationsApplied();
        if (applied == 0) {
            throw new IllegalStateException("nothing was migrated");
        }
        return database;
    }
}
