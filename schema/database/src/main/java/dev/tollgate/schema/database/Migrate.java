package dev.tollgate.schema.database;

/// Brings a database, and the broker's topics when asked, to the state that this version's services need. Deploys run
/// it once, before any service starts; running it again changes nothing.
public final class Migrate {

    /// The database or the broker refused.
    public static final int EXIT_FAILED = 1;

    /// A setting is missing or wrong; nothing was touched.
    public static final int EXIT_SETTINGS = 2;

    private static final String LOGBACK_CONFIGURATION = "logback.configurationFile";

    private Migrate() {}

    /// Reads its settings from the environment; see the module's README.
    public static void main(String[] args) {
        if (System.getProperty(LOGBACK_CONFIGURATION) == null) {
            System.setProperty(LOGBACK_CONFIGURATION, "logback-migrate.xml");
        }
        int exitCode = new MigrateCommand(System.out, System.err).run(System.getenv());
        if (exitCode != 0) {
            System.exit(exitCode);
        }
    }

    /// Migrates one database. Calls may overlap, on one database as well as on several of one cluster.
    ///
    /// @throws MigrateFailedException when the database cannot be reached or refuses
    public static Migrated migrate(MigrateOptions options) {
        return new DatabaseMigration(options).run();
    }
}
