package dev.tollgate.ingest;

import dev.tollgate.ingest.intake.postgres.PostgresClosedMonths;
import dev.tollgate.ingest.intake.postgres.PostgresIntakeLedger;
import dev.tollgate.ingest.replay.LetterSelection;
import dev.tollgate.ingest.replay.Replay;
import dev.tollgate.ingest.replay.kafka.KafkaDeadLetterReader;
import dev.tollgate.ingest.replay.postgres.PostgresStoredEvents;
import dev.tollgate.schema.database.SchemaGuard;
import dev.tollgate.schema.database.SchemaOutdatedException;
import java.io.PrintStream;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.Map;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.postgresql.ds.PGSimpleDataSource;

/// Replays dead letters after a fix: `--all`, or those with `--reason TEXT` in their reason, of `--service NAME`, of
/// `--partition N` with offsets `--from` (inclusive) and `--to` (exclusive). Database and broker are named by the
/// service's variables: `TOLLGATE_INGEST_DATABASE_URL`, `_USER`, `_PASSWORD`,
/// `TOLLGATE_INGEST_KAFKA_BOOTSTRAP_SERVERS`,
/// `TOLLGATE_INGEST_KAFKA_PROPERTIES_*`.
///
/// Writes the result to standard output as one JSON document (`ReplayReport`), and everything else to standard error.
/// The events are in the outbox when this ends; the running service's relay brings them to the topic. Letters that
/// are still bad stay, with their reason.
///
/// Exit status: 0 replayed, also when some were bad; 1 a fault; 2 wrong arguments or settings; 3 the broker cannot be
/// used; 4 the database cannot be used.
public final class ReplayApplication {

    public static final int EXIT_OK = 0;
    public static final int EXIT_FAULT = 1;
    public static final int EXIT_USAGE = 2;
    public static final int EXIT_BROKER = 3;
    public static final int EXIT_DATABASE = 4;

    private ReplayApplication() {}

    public static void main(String[] args) {
        PrintStream out = System.out;
        // Kafka's client logs to standard output, which is the report's.
        System.setOut(System.err);
        System.exit(run(args, System.getenv(), out, System.err));
    }

    static int run(String[] args, Map<String, String> environment, PrintStream out, PrintStream err) {
        try {
            LetterSelection selection = ReplayArguments.parse(args);
            PGSimpleDataSource dataSource = CommandSettings.dataSource(environment);
            var letters = new KafkaDeadLetterReader(CommandSettings.kafka(environment));
            SchemaGuard.requireCurrent(dataSource);
            var replay = new Replay(
                    letters,
                    new PostgresIntakeLedger(dataSource),
                    new PostgresStoredEvents(dataSource),
                    new PostgresClosedMonths(dataSource),
                    InstantSource.system());
            ReplayReport.write(replay.run(selection), out);
            return EXIT_OK;
        } catch (IllegalArgumentException e) {
            return fail(err, EXIT_USAGE, e.getMessage());
        } catch (KafkaException e) {
            return fail(err, EXIT_BROKER, "cannot read the dead letters: " + e.getMessage());
        } catch (SQLException | SchemaOutdatedException e) {
            return fail(err, EXIT_DATABASE, "cannot use the database: " + e.getMessage());
        } catch (RuntimeException e) {
            int status = e.getCause() instanceof SQLException ? EXIT_DATABASE : EXIT_FAULT;
            return fail(err, status, e.getMessage());
        }
    }

    private static int fail(PrintStream err, int status, @Nullable String message) {
        err.println("replay: " + message);
        return status;
    }
}
