package dev.tollgate.schema.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.postgres.PostgresServer;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MigrateTest {

    private static final String NEW_YEARS_EVE = "2026-12-31T23:59:59Z";

    @Test
    void migratesOnceAndChangesNothingTheSecondTime() throws SQLException {
        TestDatabase database = TestDatabase.empty();
        MigrateOptions options = database.options()
                .withClock(() -> Instant.parse(NEW_YEARS_EVE))
                .withRolePasswords(Map.of("tollgate_console", "it's \"quoted\" \\ and; $$ more"));
        Migrated first = Migrate.migrate(options);
        assertThat(first.migrationsApplied())
                .isEqualTo(BundledMigrations.byVersion().size());
        assertThat(first.monthsMade()).isEqualTo(4);

        Migrated second = Migrate.migrate(options);
        assertThat(second).isEqualTo(new Migrated(first.version(), 0, 0));
        try (Connection superuser = database.asSuperuser()) {
            assertThat(Sql.texts(superuser, """
                    SELECT relname FROM pg_class WHERE relispartition AND relkind = 'r' ORDER BY 1
                    """))
                    .containsExactly(
                            "tenant_metrics_raw_2026_12",
                            "tenant_metrics_raw_2027_01",
                            "tenant_metrics_raw_2027_02",
                            "tenant_metrics_raw_2027_03");
            assertThat(Sql.text(superuser, "SELECT rolpassword FROM pg_authid WHERE rolname = 'tollgate_console'"))
                    .startsWith("SCRAM-SHA-256$");
        }
    }

    @Test
    void withoutAKeyNoTokenIsGoodAndTheStoredKeyStays() throws SQLException {
        TestDatabase database = TestDatabase.empty();
        MigrateOptions keyless = MigrateOptions.of(
                database.server().url(database.name()), database.server().superuser());
        String token = TestDatabase.token("somebody", Instant.parse("2190-01-01T00:00:00Z"));
        try (Connection tenant = database.as("tollgate_tenant")) {
            Migrate.migrate(keyless);
            assertThat(Sql.stateOf(tenant, "SELECT tollgate.enter(?)", token)).isEqualTo("28000");
            Migrate.migrate(database.options());
            assertThat(Sql.stateOf(tenant, "SELECT tollgate.enter(?)", token)).isEqualTo("accepted");
            Migrate.migrate(keyless);
            assertThat(Sql.stateOf(tenant, "SELECT tollgate.enter(?)", token)).isEqualTo("accepted");
        }
    }

    @Test
    void databasesOfOneNewClusterMigrateAtOnce(@TempDir Path folder) throws Exception {
        PostgresServer.Options options =
                new PostgresServer.Options(folder.resolve("postgres"), 0, false, Map.of(), false);
        try (PostgresServer server = PostgresServer.start(options);
                ExecutorService migrators = Executors.newFixedThreadPool(4)) {
            List<Callable<Migrated>> calls = new ArrayList<>();
            for (int i = 0; i < 2; i++) {
                MigrateOptions database = MigrateOptions.of(server.url(server.createDatabase()), server.superuser())
                        .withRolePasswords(Map.of("tollgate_gateway", "secret", "tollgate_billing", "secret"));
                calls.add(() -> Migrate.migrate(database));
                calls.add(() -> Migrate.migrate(database));
            }
            int applied = 0;
            for (Future<Migrated> migrated : migrators.invokeAll(calls)) {
                applied += migrated.get().migrationsApplied();
            }
            assertThat(applied).isEqualTo(2 * BundledMigrations.byVersion().size());
        }
    }

    @Test
    void aDatabaseThatIsNotThereIsNamed() {
        MigrateOptions options = MigrateOptions.of("jdbc:postgresql://127.0.0.1:1/nowhere", "postgres");
        assertThatThrownBy(() -> Migrate.migrate(options))
                .isInstanceOf(MigrateFailedException.class)
                .hasMessageContaining("jdbc:postgresql://127.0.0.1:1/nowhere");
    }

    @Test
    void secretsAreNotPrinted() {
        MigrateOptions options = MigrateOptions.of("jdbc:postgresql:x?password=hunter1", "postgres")
                .withPassword("hunter2")
                .withRolePasswords(Map.of("tollgate_admin", "hunter3"));
        assertThat(options.toString()).contains("tollgate_admin").doesNotContain("hunter");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = ';',
            nullValues = "absent",
            value = {
                "TOLLGATE_MIGRATE_URL; absent; TOLLGATE_MIGRATE_URL is not set",
                "TOLLGATE_MIGRATE_URL; postgres://host/db; TOLLGATE_MIGRATE_URL must start with jdbc:postgresql:",
                "TOLLGATE_MIGRATE_USER; ' '; TOLLGATE_MIGRATE_USER is not set",
                "TOLLGATE_TENANT_CONTEXT_KEY; absent; TOLLGATE_TENANT_CONTEXT_KEY is not set",
                "TOLLGATE_TENANT_CONTEXT_KEY; xyz; TOLLGATE_TENANT_CONTEXT_KEY is not hexadecimal",
                "TOLLGATE_TENANT_CONTEXT_KEY; 00ff; TOLLGATE_TENANT_CONTEXT_KEY has 2 bytes",
                "TOLLGATE_ROLE_PASSWORD_NOBODY; x; TOLLGATE_ROLE_PASSWORD_NOBODY: no login role is named tollgate_nobody",
                "TOLLGATE_ROLE_PASSWORD_GATEWAY; ''; TOLLGATE_ROLE_PASSWORD_GATEWAY is not set",
                "TOLLGATE_MIGRATE_KAFKA_REPLICATION; none; TOLLGATE_MIGRATE_KAFKA_REPLICATION must be a number of brokers",
                "TOLLGATE_MIGRATE_KAFKA_REPLICATION; 0; TOLLGATE_MIGRATE_KAFKA_REPLICATION must be a number of brokers"
            })
    void aBadSettingIsNamedAndNothingTouched(String variable, String value, String complaint) {
        Map<String, String> environment = new HashMap<>(Map.of(
                "TOLLGATE_MIGRATE_URL", "jdbc:postgresql://127.0.0.1:1/nowhere",
                "TOLLGATE_MIGRATE_USER", "postgres",
                "TOLLGATE_TENANT_CONTEXT_KEY", "ab".repeat(32),
                "TOLLGATE_MIGRATE_KAFKA", "127.0.0.1:1"));
        environment.put(variable, value);
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(command(err).run(environment)).isEqualTo(Migrate.EXIT_SETTINGS);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains(complaint);
    }

    @Test
    void theCommandMigratesAndFailsWithItsOwnCode() {
        TestDatabase database = TestDatabase.empty();
        Map<String, String> environment = new HashMap<>(Map.of(
                "TOLLGATE_MIGRATE_URL", database.server().url(database.name()),
                "TOLLGATE_MIGRATE_USER", database.server().superuser(),
                "TOLLGATE_TENANT_CONTEXT_KEY", "ab".repeat(32)));
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        assertThat(command(err).run(environment)).isZero();
        environment.put("TOLLGATE_MIGRATE_USER", "nobody");
        assertThat(command(err).run(environment)).isEqualTo(Migrate.EXIT_FAILED);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("could not migrate", "nobody");
    }

    private static MigrateCommand command(ByteArrayOutputStream err) {
        PrintStream quiet = new PrintStream(new ByteArrayOutputStream(), true, StandardCharsets.UTF_8);
        return new MigrateCommand(quiet, new PrintStream(err, true, StandardCharsets.UTF_8));
    }
}
