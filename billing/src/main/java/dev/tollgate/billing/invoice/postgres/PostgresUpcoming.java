package dev.tollgate.billing.invoice.postgres;

import dev.tollgate.billing.invoice.UpcomingInvoice;
import dev.tollgate.billing.invoice.UpcomingRating;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.SpanUsage;
import dev.tollgate.billing.period.TenantFacts;
import dev.tollgate.billing.period.postgres.BucketUsageQuery;
import dev.tollgate.billing.period.postgres.FactsQuery;
import dev.tollgate.billing.plan.PlanAssignment;
import dev.tollgate.billing.plan.PlanCatalog;
import dev.tollgate.billing.plan.postgres.PlanQueries;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/// Rates months that are not closed, from the hourly buckets, a page of tenants at a time. Who has a plan in the month
/// is in the list; who cannot be rated is, too, with the reason.
public final class PostgresUpcoming {

    private static final String TENANTS = """
            SELECT DISTINCT a.tenant_id FROM plan_assignments a
            WHERE a.valid_days && daterange(?, ?) AND a.tenant_id > ? AND (?::text IS NULL OR a.tenant_id = ?)
                AND NOT EXISTS (SELECT FROM tenant_billing_periods p
                    WHERE p.tenant_id = a.tenant_id AND p.period_start = ?)
            ORDER BY a.tenant_id LIMIT ?""";

    private final DataSource database;

    public PostgresUpcoming(DataSource database) {
        this.database = database;
    }

    /// By tenant id, after a tenant.
    public List<UpcomingInvoice> list(YearMonth month, Optional<String> tenantId, String afterTenantId, int limit)
            throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            try {
                return rate(connection, month, tenants(connection, month, tenantId, afterTenantId, limit));
            } finally {
                connection.rollback();
            }
        }
    }

    private static List<UpcomingInvoice> rate(Connection connection, YearMonth month, List<String> tenantIds)
            throws SQLException {
        PlanCatalog catalog = PlanQueries.catalog(connection);
        Map<String, List<PlanAssignment>> assignments = PlanQueries.assignments(
                connection, tenantIds, month.atDay(1), month.plusMonths(1).atDay(1));
        List<UpcomingRating> ratings = new ArrayList<>();
        for (TenantFacts facts : FactsQuery.read(connection, month, tenantIds)) {
            List<PlanAssignment> own = assignments.getOrDefault(facts.tenantId(), List.of());
            ratings.add(UpcomingRating.of(facts, month, catalog, own));
        }
        List<PlannedPeriod> planned =
                ratings.stream().flatMap(rating -> rating.planned().stream()).toList();
        Map<String, Map<Integer, SpanUsage>> usage = BucketUsageQuery.read(connection, planned);
        return ratings.stream()
                .map(rating -> rating.rate(usage.getOrDefault(rating.tenantId(), Map.of())))
                .toList();
    }

    private static List<String> tenants(
            Connection connection, YearMonth month, Optional<String> tenantId, String after, int limit)
            throws SQLException {
        List<String> tenantIds = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(TENANTS)) {
            query.setObject(1, month.atDay(1));
            query.setObject(2, month.plusMonths(1).atDay(1));
            query.setString(3, after);
            query.setString(4, tenantId.orElse(null));
            query.setString(5, tenantId.orElse(null));
            query.setObject(6, month.atDay(1));
            query.setInt(7, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    tenantIds.add(row.getString("tenant_id"));
                }
            }
        }
        return tenantIds;
    }
}
