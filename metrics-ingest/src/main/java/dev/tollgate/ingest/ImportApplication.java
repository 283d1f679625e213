package dev.tollgate.ingest;

import dev.tollgate.ingest.intake.Intake;
import dev.tollgate.ingest.intake.IntakeLimits;
import dev.tollgate.ingest.intake.accesslog.AccessLogImporter;
import dev.tollgate.ingest.intake.accesslog.ImportSummary;
import dev.tollgate.ingest.intake.accesslog.TenantRegistry.Registration;
import dev.tollgate.ingest.intake.accesslog.file.LogFile;
import dev.tollgate.ingest.intake.accesslog.postgres.PostgresTenantRegistry;
import dev.tollgate.ingest.intake.postgres.PostgresClosedMonths;
import dev.tollgate.ingest.intake.postgres.PostgresIntakeLedger;
import dev.tollgate.schema.database.SchemaGuard;
import dev.tollgate.schema.database.SchemaOutdatedException;
import java.io.IOException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// Imports one access log: `--file F --tenant address|user|path:REGEX|host:REGEX --plan starter`, and
/// `--quiet` for no progress bar. The database is named by `TOLLGATE_INGEST_DATABASE_URL`, `_USER`, `_PASSWORD`.
///
/// Writes the result to standard output as one JSON document (`ImportReport`), and everything else to standard
/// error. The requests are accepted when this ends; the running service's relay brings them to the topic.
///
/// Exit status: 0 imported, also when some lines were bad; 1 a fault; 2 wrong arguments or settings; 3 the file
/// cannot be read; 4 the database cannot be used.
public final class ImportApplication {

    public static final int EXIT_OK = 0;
    public static final int EXIT_FAULT = 1;
    public static final int EXIT_USAGE = 2;
    public static final int EXIT_FILE = 3;
    public static final int EXIT_DATABASE = 4;

    private ImportApplication() {}

    public static void main(String[] args) {
        System.exit(run(args, System.getenv(), System.out, System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            ImportArguments arguments = ImportArguments.parse(args);
            PGSimpleDataSource dataSource = CommandSettings.dataSource(environment);
            SchemaGuard.requireCurrent(dataSource);
            ImportProgress progress = new ImportProgress(err, arguments.quiet());
            var importer = new AccessLogImporter(
                    new Intake(
                            new PostgresIntakeLedger(dataSource),
                            new PostgresClosedMonths(dataSource),
                            IntakeLimits.HISTORY,
                            InstantSource.system()),
                    new PostgresTenantRegistry(dataSource),
                    arguments.rule(),
                    arguments.planId(),
                    progress);
            ImportSummary summary = importer.run(new LogFile(arguments.file()));
            progress.end();
            if (summary.registration().keepingAnotherPlan() > 0) {
                err.println(keptPlans(summary.registration(), arguments.planId()));
            }
            ImportReport.write(arguments.file().toString(), summary, out);
            return EXIT_OK;
        } catch (IllegalArgumentException e) {
            return fail(err, EXIT_USAGE, e.getMessage());
        } catch (IOException e) {
            return fail(err, EXIT_FILE, "cannot read the log: " + e);
        } catch (SQLException | SchemaOutdatedException e) {
            return fail(err, EXIT_DATABASE, "cannot use the database: " + e.getMessage());
        } catch (RuntimeException e) {
            int status = e.getCause() instanceof SQLException ? EXIT_DATABASE : EXIT_FAULT;
            return fail(err, status, e.getMessage());
        }
    }

    private static String keptPlans(Registration registration, String planId) {
        return "import: tenants registered with the plan " + planId + ": " + registration.registered()
                + "; known tenants that keep another plan: " + registration.keepingAnotherPlan();
    }

    private static int fail(PrintStream err, int status, @Nullable String message) {
        err.println("import: " + message);
        return status;
    }
}
