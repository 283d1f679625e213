package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.CheckedUsage;
import dev.tollgate.billing.period.LogCuts;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.TenantFacts;
import dev.tollgate.billing.period.postgres.CheckedUsageQuery;
import dev.tollgate.billing.period.postgres.CompletenessQuery;
import dev.tollgate.billing.period.postgres.FactsQuery;
import dev.tollgate.billing.plan.PlanAssignment;
import dev.tollgate.billing.plan.PlanCatalog;
import dev.tollgate.billing.plan.postgres.PlanQueries;
import dev.tollgate.billing.run.Decision;
import dev.tollgate.billing.run.TenantClosing;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/// Decides about many tenants' months from one look at the database: a repeatable read on a connection of its own, so
/// that the transaction that writes can wait for locks without seeing a stale world.
final class ClosingLook {

    private final DataSource database;

    ClosingLook(DataSource database) {
        this.database = database;
    }

    /// One decision per tenant, in the order of tenant ids.
    List<Decision> decide(YearMonth month, List<String> tenantIds, Instant now) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return decide(connection, month, tenantIds, now);
            } finally {
                connection.rollback();
            }
        }
    }

    private static List<Decision> decide(Connection connection, YearMonth month, List<String> tenantIds, Instant now)
            throws SQLException {
        List<TenantClosing.Prospect> prospects = prospects(connection, month, tenantIds, now);
        List<PlannedPeriod> open = prospects.stream()
                .filter(TenantClosing.Prospect.Open.class::isInstance)
                .map(prospect -> ((TenantClosing.Prospect.Open) prospect).planned())
                .toList();
        Evidence evidence = Evidence.gather(connection, open);
        List<Decision> decisions = new ArrayList<>();
        for (TenantClosing.Prospect prospect : prospects) {
            decisions.add(
                    switch (prospect) {
                        case TenantClosing.Prospect.Decided(Decision decision) -> decision;
                        case TenantClosing.Prospect.Open(PlannedPeriod planned) -> evidence.decide(planned);
                    });
        }
        return decisions;
    }

    private static List<TenantClosing.Prospect> prospects(
            Connection connection, YearMonth month, List<String> tenantIds, Instant now) throws SQLException {
        PlanCatalog catalog = PlanQueries.catalog(connection);
        Map<String, List<PlanAssignment>> assignments = PlanQueries.assignments(
                connection, tenantIds, month.atDay(1), month.plusMonths(1).atDay(1));
        List<TenantClosing.Prospect> prospects = new ArrayList<>();
        for (TenantFacts facts : FactsQuery.read(connection, month, tenantIds)) {
            prospects.add(TenantClosing.prospect(
                    facts, month, catalog, assignments.getOrDefault(facts.tenantId(), List.of()), now));
        }
        return prospects;
    }

    /// What the look found out about periods that are over and have plans.
    private record Evidence(
            Map<Instant, String> blockers,
            Map<String, String> staleHours,
            Map<String, CheckedUsage> usage,
            LogCuts cuts) {

        private static final CheckedUsage NOT_COUNTED = new CheckedUsage(Map.of(), Optional.empty());

        /// Counts only those that nothing else holds already.
        static Evidence gather(Connection connection, List<PlannedPeriod> planned) throws SQLException {
            List<BillingPeriod> periods =
                    planned.stream().map(PlannedPeriod::period).toList();
            Map<Instant, String> blockers = CompletenessQuery.blockers(connection, CompletenessQuery.ends(periods));
            Map<String, String> staleHours = CompletenessQuery.staleHours(connection, periods);
            LogCuts cuts = CompletenessQuery.cuts(connection);
            List<PlannedPeriod> countable = planned.stream()
                    .filter(p -> !blockers.containsKey(p.period().endsAt()) && !staleHours.containsKey(p.tenantId()))
                    .toList();
            return new Evidence(blockers, staleHours, CheckedUsageQuery.read(connection, countable, cuts), cuts);
        }

        Decision decide(PlannedPeriod planned) {
            String tenantId = planned.tenantId();
            return TenantClosing.decide(
                    planned,
                    Optional.ofNullable(blockers.get(planned.period().endsAt())),
                    Optional.ofNullable(staleHours.get(tenantId)),
                    usage.getOrDefault(tenantId, NOT_COUNTED),
                    cuts.of(tenantId));
        }
    }
}
