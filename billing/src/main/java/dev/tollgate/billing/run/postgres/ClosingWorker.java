package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.loop.BackgroundLoop;
import dev.tollgate.billing.run.ItemOutcome;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Works off the items of all running runs, also of those that an instance left behind when it died. After a failure
/// it goes on with single tenants, so that one that always fails is parked and the others close. Used by one thread.
public final class ClosingWorker implements BackgroundLoop.Step {

    private static final int RUNS_AT_ONCE_MAX = 100;
    private static final int BATCH_GROWTH = 4;
    private static final Logger LOG = LoggerFactory.getLogger(ClosingWorker.class);

    private final DataSource database;
    private final ClosingTransaction closing;
    private final int batchMax;
    private final InstantSource clock;
    private int batch;

    public ClosingWorker(DataSource database, ClosingTransaction closing, int batchMax, InstantSource clock) {
        this.database = database;
        this.closing = closing;
        this.batchMax = batchMax;
        this.clock = clock;
        this.batch = batchMax;
    }

    @Override
    public boolean run() throws Exception {
        boolean worked = false;
        for (ActiveRun run : activeRuns()) {
            if (closeBatch(run)) {
                worked = true;
            } else {
                complete(run);
            }
        }
        return worked;
    }

    private boolean closeBatch(ActiveRun run) throws Exception {
        try {
            int settled = closing.close(run, batch);
            batch = Math.min(batchMax, Math.multiplyExact(batch, BATCH_GROWTH));
            return settled > 0;
        } catch (ClosingFailedException failed) {
            batch = 1;
            if (failed.tenantIds().size() > 1) {
                LOG.warn("run {}: a batch failed; going on tenant by tenant", run.runId(), failed);
                return true;
            }
            if (SqlFaults.passing(failed)) {
                throw failed;
            }
            park(run, failed);
            return true;
        }
    }

    private void park(ActiveRun run, ClosingFailedException failed) throws SQLException {
        List<ItemOutcome> outcomes = failed.tenantIds().stream()
                .map(tenantId -> ItemOutcome.parked(tenantId, "could not be closed: " + failed.getCause()))
                .toList();
        LOG.error("run {}: tenant {} is parked", run.runId(), failed.tenantIds(), failed);
        try (Connection connection = database.getConnection()) {
            RunItems.settle(connection, run.runId(), outcomes, now());
        }
    }

    private List<ActiveRun> activeRuns() throws SQLException {
        try (Connection connection = database.getConnection()) {
            return RunItems.active(connection, RUNS_AT_ONCE_MAX);
        }
    }

    private void complete(ActiveRun run) throws SQLException {
        try (Connection connection = database.getConnection()) {
            if (RunItems.complete(connection, run.runId(), now())) {
                LOG.info("run {} of {} is completed", run.runId(), run.month());
            }
        }
    }

    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }
}
