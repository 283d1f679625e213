package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.period.ClosedPeriod;
import dev.tollgate.billing.period.postgres.Sql;
import dev.tollgate.billing.run.Decision;
import dev.tollgate.billing.run.IssuedPeriod;
import dev.tollgate.billing.run.ItemOutcome;
import dev.tollgate.billing.run.PeriodDraft;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.UuidV7;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Closes a batch of a run's tenants in one transaction: claims their items, decides by a look of its own connection,
/// writes each period under a savepoint, then the items, and at the very end numbers, invoices and events. Either all
/// of it is there afterwards or nothing. Safe for use by several threads, and by several instances at once.
public final class ClosingTransaction {

    private static final Logger LOG = LoggerFactory.getLogger(ClosingTransaction.class);

    private final DataSource database;
    private final ClosingLook look;
    private final IssueWriter issues;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final StrikePoints strikes;

    public ClosingTransaction(
            DataSource database, int paymentDays, InstantSource clock, RandomGenerator random, StrikePoints strikes) {
        this.database = database;
        this.look = new ClosingLook(database);
        this.issues = new IssueWriter(paymentDays, random);
        this.clock = clock;
        this.random = random;
        this.strikes = strikes;
    }

    /// Returns how many items were settled; 0 when none waits that nobody else has claimed.
    int close(ActiveRun run, int tenantsMax) throws ClosingFailedException, SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            List<String> claimed = List.of();
            try {
                claimed = RunItems.claim(connection, run.runId(), tenantsMax);
                if (!claimed.isEmpty()) {
                    settle(connection, run, claimed);
                    strikes.pass(StrikePoints.BILLING_BEFORE_COMMIT);
                }
                connection.commit();
            } catch (SQLException | RuntimeException e) {
                Sql.rollback(connection, e);
                if (claimed.isEmpty()) {
                    throw e;
                }
                throw new ClosingFailedException(claimed, e);
            }
            strikes.pass(StrikePoints.BILLING_AFTER_COMMIT);
            return claimed.size();
        }
    }

    private void settle(Connection connection, ActiveRun run, List<String> claimed) throws SQLException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
        List<ItemOutcome> outcomes = new ArrayList<>();
        List<IssuedPeriod> issued = new ArrayList<>();
        for (Decision decision : look.decide(run.month(), claimed, now)) {
            outcomes.add(
                    switch (decision) {
                        case Decision.Close(PeriodDraft draft) -> write(connection, run, draft, now, issued);
                        case Decision.AlreadyClosed closed ->
                            ItemOutcome.alreadyClosed(closed.tenantId(), closed.periodId());
                        case Decision.Held held -> ItemOutcome.held(held.tenantId(), held.reason());
                        case Decision.Parked parked -> ItemOutcome.parked(parked.tenantId(), parked.reason());
                    });
        }
        outcomes.forEach(outcome -> report(run, outcome));
        RunItems.settle(connection, run.runId(), outcomes, now);
        issues.issue(connection, issued, now);
    }

    /// Adds to `issued` what has to get an invoice.
    private ItemOutcome write(
            Connection connection, ActiveRun run, PeriodDraft draft, Instant now, List<IssuedPeriod> issued)
            throws SQLException {
        Savepoint before = connection.setSavepoint();
        try {
            long nowMs = now.toEpochMilli();
            IssuedPeriod period = IssuedPeriod.of(
                    draft, UuidV7.generate(nowMs, random), UuidV7.generate(nowMs, random), run.runId(), now);
            ClosedPeriod closed = period.period();
            if (!PeriodWriter.insertPeriod(connection, closed)) {
                return ItemOutcome.alreadyClosed(draft.tenantId(), PeriodWriter.existingPeriod(connection, closed));
            }
            PeriodWriter.insertLines(connection, period);
            connection.releaseSavepoint(before);
            issued.add(period);
            return ItemOutcome.closed(draft.tenantId(), closed.id());
        } catch (SQLException | RuntimeException e) {
            if (SqlFaults.passing(e)) {
                throw e;
            }
            connection.rollback(before);
            LOG.error("tenant {}: {} could not be written", draft.tenantId(), run.month(), e);
            return ItemOutcome.parked(draft.tenantId(), "could not be written: " + e.getMessage());
        }
    }

    private static void report(ActiveRun run, ItemOutcome outcome) {
        switch (outcome.state()) {
            case HELD, PARKED ->
                LOG.warn(
                        "tenant {}: {} is {}: {}",
                        outcome.tenantId(),
                        run.month(),
                        outcome.state().wireName(),
                        outcome.reason());
            case CLOSED, ALREADY_CLOSED, WAITING ->
                LOG.debug(
                        "tenant {}: {} is {}",
                        outcome.tenantId(),
                        run.month(),
                        outcome.state().wireName());
        }
    }
}
