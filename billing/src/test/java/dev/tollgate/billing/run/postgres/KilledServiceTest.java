package dev.tollgate.billing.run.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.BillingApplication;
import dev.tollgate.billing.testing.BillingDatabase;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import dev.tollgate.testing.time.ManualClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KilledServiceTest {

    private static final Duration DIES_WITHIN = Duration.ofSeconds(60);
    private static final String NOBODY_LISTENS = "127.0.0.1:1";

    private final BillingDatabase database = BillingDatabase.create();
    private final TestRuns runs = new TestRuns(database, ManualClock.at("2015-06-02T10:00:00Z"));

    @Test
    void aRunSurvivesAKillBeforeAndAfterItsCommit() throws Exception {
        for (int i = 0; i < 5; i++) {
            database.tenant("t" + i, "UTC", "starter", "2015-01-01");
        }
        UUID runId = runs.start("2015-05");

        dieAt(StrikePoints.BILLING_BEFORE_COMMIT);
        assertThat(closed()).isEqualTo("0|0|0|0|0");

        dieAt(StrikePoints.BILLING_AFTER_COMMIT);
        assertThat(closed()).isEqualTo("5|5|10|5|6");

        runs.work();
        assertThat(runs.find(runId).status()).isEqualTo("completed");
        assertThat(closed()).isEqualTo("5|5|10|5|6");
    }

    private String closed() {
        return database.rows("SELECT (SELECT count(*) FROM tenant_billing_periods),"
                        + " (SELECT count(DISTINCT invoice_number) FROM invoices), (SELECT count(*) FROM invoice_lines),"
                        + " (SELECT count(*) FROM billing_outbox),"
                        + " (SELECT coalesce(max(next_number), 0) FROM invoice_number_series)")
                .getFirst();
    }

    private void dieAt(String strikePoint) {
        try (ServiceProcess service = ServiceLauncher.of("billing")
                .mainClass(BillingApplication.class.getName())
                .classpath(Classpaths.current())
                .smallJvm("160m")
                .environment("SERVER_PORT", "0")
                .environment("TOLLGATE_BILLING_DATABASE_URL", database.url())
                .environment("TOLLGATE_BILLING_DATABASE_USER", "tollgate_billing")
                .environment("TOLLGATE_BILLING_KAFKA_BOOTSTRAPSERVERS", NOBODY_LISTENS)
                .environment("TOLLGATE_BILLING_RUN_WORKERS", "1")
                .environment(StrikePoints.ENVIRONMENT_VARIABLE, strikePoint + "=1")
                .logFile(Path.of("target", "killed-service", strikePoint + ".log"))
                .start()) {
            assertThat(service.awaitExit(DIES_WITHIN)).isEqualTo(StrikePoints.EXIT_STATUS);
        }
    }
}
