package dev.tollgate.bench.metering;

import dev.tollgate.bench.gateway.CpuTime;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.postgres.PostgresServer;
import dev.tollgate.testing.process.Classpaths;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Map;
import java.util.Set;

/// PostgreSQL, with commits that reach the disk, and Kafka, as processes of this benchmark.
public final class MeteringServers implements AutoCloseable {

    /// What a small production server would be given. Checkpoints are far apart, so that no run has more of them.
    private static final Map<String, String> POSTGRES_SETTINGS = Map.of(
            "shared_buffers", "512MB",
            "max_wal_size", "8GB",
            "checkpoint_timeout", "30min");

    /// A broker's JVM as in production: the launcher's own options stop at the quick compiler.
    private static final List<String> BROKER_JVM = List.of("-XX:TieredStopAtLevel=4");

    private static final String BROKER_HEAP = "384m";

    private static final String SETTINGS = """
            SELECT string_agg(name || '=' || current_setting(name), ', ' ORDER BY name) FROM pg_settings
            WHERE name IN ('fsync', 'synchronous_commit', 'full_page_writes', 'shared_buffers', 'max_wal_size',
                'checkpoint_timeout', 'wal_level', 'server_version')""";

    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private final String template;

    private MeteringServers(PostgresServer postgres, KafkaServer kafka, String template) {
        this.postgres = postgres;
        this.kafka = kafka;
        this.template = template;
    }

    public static MeteringServers start(Path state) {
        PostgresServer postgres = PostgresServer.start(
                new PostgresServer.Options(state.resolve("postgres"), 0, true, POSTGRES_SETTINGS, true));
        try {
            KafkaServer kafka = KafkaServer.startProcess(
                    new KafkaServer.Options(state.resolve("kafka"), 0, BROKER_HEAP, Classpaths.current(), BROKER_JVM));
            try {
                String template = postgres.createDatabase();
                Migrate.migrate(MigrateOptions.of(postgres.url(template), postgres.superuser()));
                new BrokerTopics(kafka.bootstrapServers()).make();
                return new MeteringServers(postgres, kafka, template);
            } catch (RuntimeException failed) {
                kafka.close();
                throw failed;
            }
        } catch (RuntimeException failed) {
            postgres.close();
            throw failed;
        }
    }

    public PostgresServer postgres() {
        return postgres;
    }

    public KafkaServer kafka() {
        return kafka;
    }

    /// What the server itself says of the settings that decide how fast it is.
    public String postgresSettings() {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(SETTINGS)) {
            row.next();
            return row.getString(1);
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot ask for the settings", failed);
        }
    }

    /// Makes every topic anew, empty; whatever else there is of topics goes. Nobody may use them.
    ///
    /// @param kept topics that stay as they are
    public void emptyTopics(Set<String> kept) {
        new BrokerTopics(kafka.bootstrapServers()).empty(kept);
    }

    /// A migrated, empty database; nothing of an earlier run is left to be written.
    public String freshDatabase() {
        String database = postgres.createDatabaseFrom(template);
        checkpoint();
        return database;
    }

    /// Writes what commits have left to be written.
    public void checkpoint() {
        execute("CHECKPOINT");
    }

    public void drop(String database) {
        execute("DROP DATABASE " + database + " WITH (FORCE)");
    }

    /// A connection of the superuser, who sees every tenant.
    public Connection connect(String database) throws SQLException {
        return postgres.dataSource(database, postgres.superuser()).getConnection();
    }

    /// A number that a query answers.
    public static long number(Connection connection, String sql) {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            row.next();
            return row.getLong(1);
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot ask the database: " + sql, failed);
        }
    }

    public long brokerCpuUs() {
        return CpuTime.totalUs(List.of(kafka.pid()));
    }

    /// Of the postmaster and its backends, also of those that have ended.
    public long postgresCpuUs() {
        return CpuTime.familyUs(postgres.pid());
    }

    private void execute(String sql) {
        try (Connection connection = connect("postgres");
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException("the database refuses: " + sql, failed);
        }
    }

    @Override
    public void close() {
        kafka.close();
        postgres.close();
    }
}
