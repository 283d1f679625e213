package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.run.BillingRun;
import dev.tollgate.billing.run.ItemState;
import dev.tollgate.billing.run.RunItem;
import dev.tollgate.billing.run.StartOutcome;
import dev.tollgate.billing.testing.BillingDatabase;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.testing.time.ManualClock;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import javax.sql.DataSource;

/// Runs of a test, worked off on the test's own thread.
final class TestRuns {

    private static final int PAYMENT_DAYS = 14;
    private static final int BATCH_MAX = 500;
    private static final int ROUNDS_MAX = 1_000;

    private final PostgresRuns runs;
    private final ClosingWorker worker;
    private final ManualClock clock;

    TestRuns(BillingDatabase database, ManualClock clock) {
        DataSource billing = database.asBilling();
        this.clock = clock;
        this.runs = new PostgresRuns(billing);
        this.worker = new ClosingWorker(
                billing,
                new ClosingTransaction(billing, PAYMENT_DAYS, clock, new Random(7), StrikePoints.inert()),
                BATCH_MAX,
                clock);
    }

    UUID start(String month) throws Exception {
        StartOutcome outcome = runs.start(YearMonth.parse(month), null, "finance", clock.instant());
        return ((StartOutcome.Started) outcome).runId();
    }

    /// Works until nothing waits.
    void work() throws Exception {
        for (int round = 0; round < ROUNDS_MAX; round++) {
            if (!worker.run()) {
                return;
            }
        }
        throw new AssertionError("the worker never came to an end");
    }

    /// Starts a run and works it off.
    BillingRun close(String month) throws Exception {
        UUID runId = start(month);
        work();
        return find(runId);
    }

    BillingRun find(UUID runId) throws Exception {
        return runs.find(runId).orElseThrow();
    }

    List<RunItem> items(BillingRun run) throws Exception {
        return runs.items(run.runId(), Optional.empty(), "", BATCH_MAX);
    }

    RunItem item(BillingRun run, String tenantId) throws Exception {
        return items(run).stream()
                .filter(item -> item.tenantId().equals(tenantId))
                .findFirst()
                .orElseThrow();
    }

    static long count(BillingRun run, ItemState state) {
        return run.items().getOrDefault(state, -1L);
    }
}
