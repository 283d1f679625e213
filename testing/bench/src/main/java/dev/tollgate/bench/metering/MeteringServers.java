package dev.tollgate.bench.metering;

import dev.tollgate.bench.gateway.CpuTime;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.postgres.PostgresServer;
import dev.tollgate.testing.process.Classpaths;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

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

    private final PostgresServer postgres;
    private final KafkaServer kafka;
    private final String template;

    private MeteringServers(PostgresServer postgres, KafkaServer kafka, String template) {
        this.postgres = postgres;
        this.kafka = kafka;
        this.template = template;
    }

    static MeteringServers start(Path state) {
        PostgresServer postgres = PostgresServer.start(
                new PostgresServer.Options(state.resolve("postgres"), 0, true, POSTGRES_SETTINGS, true));
        try {
            KafkaServer kafka = KafkaServer.startProcess(
                    new KafkaServer.Options(state.resolve("kafka"), 0, BROKER_HEAP, Classpaths.current(), BROKER_JVM));
            try {
                String template = postgres.createDatabase();
                Migrate.migrate(MigrateOptions.of(postgres.url(template), postgres.superuser()));
                ProvisionTopics.provision(kafka.bootstrapServers(), Map.of(), (short) 1);
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

    /// The settings that are not the server's own defaults.
    static String postgresSettings() {
        return "fsync=on " + POSTGRES_SETTINGS;
    }

    /// A migrated, empty database; nothing of an earlier run is left to be written.
    String freshDatabase() {
        String database = postgres.createDatabaseFrom(template);
        execute("CHECKPOINT");
        return database;
    }

    void drop(String database) {
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

    long brokerCpuUs() {
        return CpuTime.totalUs(List.of(kafka.pid()));
    }

    /// Of the postmaster and the backends that live.
    long postgresCpuUs() {
        List<Long> pids = new ArrayList<>(List.of(postgres.pid()));
        ProcessHandle.of(postgres.pid())
                .ifPresent(
                        master -> master.descendants().map(ProcessHandle::pid).forEach(pids::add));
        return CpuTime.totalUs(pids);
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
