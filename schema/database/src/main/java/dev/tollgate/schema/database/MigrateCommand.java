package dev.tollgate.schema.database;

import java.io.PrintStream;
import java.time.InstantSource;
import java.util.Map;

/// The command `migrate`: settings in, one line per step and an exit code out.
final class MigrateCommand {

    private final PrintStream out;
    private final PrintStream err;

    MigrateCommand(PrintStream out, PrintStream err) {
        this.out = out;
        this.err = err;
    }

    int run(Map<String, String> environment) {
        MigrateSettings settings;
        try {
            settings = MigrateSettings.fromEnvironment(environment, InstantSource.system());
        } catch (IllegalArgumentException invalid) {
            err.println("migrate: " + invalid.getMessage());
            return Migrate.EXIT_SETTINGS;
        }
        try {
            Migrated migrated = Migrate.migrate(settings.database());
            out.println("Schema is at version " + migrated.version() + " (" + migrated.migrationsApplied()
                    + " migrations applied, " + migrated.monthsMade() + " month partitions made).");
            MigrateSettings.Kafka kafka = settings.kafka();
            if (kafka != null) {
                ProvisionTopics.Provisioned provisioned = ProvisionTopics.provision(
                        kafka.bootstrapServers(), kafka.properties(), kafka.replicationFactor());
                out.println("Topics are ready (" + provisioned.created().size() + " created, "
                        + provisioned.reconfigured().size() + " reconfigured).");
            }
            return 0;
        } catch (MigrateFailedException failed) {
            err.println("migrate: " + failed.getMessage());
            return Migrate.EXIT_FAILED;
        }
    }
}
