package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.importing.LogImport;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.system.Faults.Strike;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Clock;
import java.time.Duration;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;

/// An access log of past months through intake, relay, recomputation and billing, while each of these dies at its
/// named points.
@Alone
class ImportedLogTest {

    private static final long SEED = 2_015L;
    private static final int LINES_PER_MONTH = 300;
    private static final List<YearMonth> MONTHS =
            List.of(YearMonth.of(2019, 3), YearMonth.of(2019, 4), YearMonth.of(2019, 5));
    private static final String TENANTS = "tenant_id LIKE '10.7.0.%' AND ? <> ''";

    private final TestStack house = TestStack.running();
    private final Stack stack = house.stack();
    private final Faults faults = new Faults(stack);
    private final BillingClient billing = new BillingClient(house.billing(), house.operatorKey());

    @Test
    void becomesInvoicesThatCountEachLineOnce(@TempDir Path folder) throws Exception {
        Path log = folder.resolve("access.log");
        SampleLog.write(log, SEED, MONTHS, LINES_PER_MONTH);
        importWhileRelayAndRecomputationDie(log);
        long lines = (long) LINES_PER_MONTH * MONTHS.size();
        assertStoredAndFolded(lines);
        assertThat(house.number("SELECT count(*) FROM tenants WHERE " + TENANTS, "all"))
                .as("a refused line registers nobody")
                .isEqualTo(SampleLog.CLIENTS);

        Path renamed = Files.copy(log, folder.resolve("another.log"));
        assertThat(importer().run(renamed, List.of())).isZero();
        assertStoredAndFolded(lines);

        closeWhileBillingDies(MONTHS.getFirst());
        for (YearMonth month : MONTHS) {
            close(month);
        }
        assertInvoiceNumbersHaveNoGap();
    }

    /// The aggregator dies when it recomputes its first hours, ingest when it has published its first lines.
    private void importWhileRelayAndRecomputationDie(Path log) throws Exception {
        List<CompletableFuture<Integer>> imported = new ArrayList<>();
        faults.strikes(
                Service.AGGREGATOR,
                List.of(new Strike(StrikePoints.RECOMPUTE_BEFORE_COMMIT, 1)),
                aggregator -> faults.strikes(
                        Service.INGEST,
                        List.of(new Strike(StrikePoints.RELAY_AFTER_PUBLISH, 1)),
                        ingest -> imported.add(CompletableFuture.supplyAsync(() -> run(log)))));
        assertThat(imported.getFirst().get()).isZero();
    }

    private int run(Path log) {
        try {
            return importer().run(log, List.of("--plan", "starter"));
        } catch (Exception failed) {
            throw new IllegalStateException("the import failed", failed);
        }
    }

    private LogImport importer() {
        return new LogImport(
                stack.options().root(),
                stack.options().ports(),
                stack.databaseUrl(),
                stack.database(),
                stack.secrets(),
                Clock.systemUTC());
    }

    private void assertStoredAndFolded(long lines) {
        assertThat(house.number("SELECT count(*) FROM tenant_metrics_raw WHERE " + TENANTS, "all"))
                .isEqualTo(lines);
        assertThat(house.number("SELECT count(DISTINCT id) FROM tenant_metrics_raw WHERE " + TENANTS, "all"))
                .isEqualTo(lines);
        assertThat(house.number("SELECT sum(billable_requests) FROM tenant_metrics_hourly WHERE " + TENANTS, "all"))
                .isEqualTo(lines);
    }

    /// Billing dies before it has committed, when it has committed, and when it has told of it.
    private void closeWhileBillingDies(YearMonth month) throws Exception {
        List<Strike> strikes = List.of(
                new Strike(StrikePoints.BILLING_BEFORE_COMMIT, 1),
                new Strike(StrikePoints.BILLING_AFTER_COMMIT, 1),
                new Strike(StrikePoints.BILLING_AFTER_PUBLISH, 1));
        faults.strikes(Service.BILLING, strikes, armed -> {
            armed.awaitReady(Stack.health(stack.options().ports(), Service.BILLING), Duration.ofSeconds(60));
            try {
                startRun(month, "close-" + month);
            } catch (IOException diedBeforeItAnswered) {
                faults.note("billing died before it answered: " + diedBeforeItAnswered);
            }
        });
    }

    private void close(YearMonth month) throws Exception {
        awaitCompleted(startRun(month, "close-" + month));
        List<JsonNode> invoices = invoices(month);
        assertThat(requests(invoices)).isEqualTo(LINES_PER_MONTH);

        awaitCompleted(startRun(month, "close-" + month + "-again"));
        assertThat(invoices(month)).as("the same run again changes nothing").isEqualTo(invoices);
        Await.until(
                "all billing events are published",
                Duration.ofSeconds(30),
                () -> house.number("SELECT count(*) FROM billing_outbox WHERE ? <> ''", "all") == 0);
    }

    private UUID startRun(YearMonth month, String key) throws Exception {
        BillingClient.Answer started = billing.startRun(month.toString(), key);
        assertThat(started.status()).as("%s", started).isIn(200, 202);
        return UUID.fromString(started.body().required("runId").asString());
    }

    private void awaitCompleted(UUID runId) {
        Await.until(
                "run " + runId + " is completed",
                Duration.ofSeconds(60),
                () -> billing.run(runId).body().required("status").asString().equals("completed"));
    }

    private List<JsonNode> invoices(YearMonth month) throws Exception {
        return billing.all("/v1/billing/invoices?limit=500&month=" + month);
    }

    private static long requests(List<JsonNode> invoices) {
        return invoices.stream()
                .mapToLong(invoice ->
                        invoice.required("period").required("requests").asLong())
                .sum();
    }

    private void assertInvoiceNumbersHaveNoGap() throws Exception {
        List<String> numbers = new ArrayList<>();
        try (Connection connection = stack.database().getConnection();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "SELECT split_part(invoice_number, '-', 3) FROM invoices ORDER BY invoice_number")) {
            while (rows.next()) {
                numbers.add(rows.getString(1));
            }
        }
        assertThat(new HashSet<>(numbers)).hasSameSizeAs(numbers);
        assertThat(Long.parseLong(numbers.getLast())).isEqualTo(numbers.size());
    }
}
