package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.TenantFacts;
import dev.tollgate.billing.period.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.UUID;

/// Who belongs to a month's run: every tenant with a plan on one of its days, and every tenant, registered or not,
/// with an event in it.
final class RunPopulation {

    /// No zone's month begins or ends further than this from the month in UTC.
    private static final Duration ZONE_OFFSET_MAX = Duration.ofHours(18);

    /// Walks from one tenant to the next along the key of the raw table; the rows between are never read.
    private static final String TENANTS_WITH_EVENTS = """
            WITH RECURSIVE seen(tenant_id) AS (
                (SELECT tenant_id FROM tenant_metrics_raw WHERE event_time >= ? AND event_time < ?
                    ORDER BY tenant_id LIMIT 1)
                UNION ALL
                SELECT (SELECT r.tenant_id FROM tenant_metrics_raw r
                        WHERE r.tenant_id > seen.tenant_id AND event_time >= ? AND event_time < ?
                        ORDER BY r.tenant_id LIMIT 1)
                FROM seen WHERE seen.tenant_id IS NOT NULL
            )
            SELECT s.tenant_id, t.time_zone FROM seen s LEFT JOIN tenants t USING (tenant_id)
            WHERE s.tenant_id IS NOT NULL""";

    private static final String WITH_EVENTS_IN_THEIR_MONTH = """
            SELECT w.tenant_id FROM unnest(?, ?, ?) AS w(tenant_id, starts_at, ends_at)
            WHERE EXISTS (SELECT FROM tenant_metrics_raw r WHERE r.tenant_id = w.tenant_id
                AND r.event_time >= w.starts_at AND r.event_time < w.ends_at)""";

    private static final String WITH_PLAN =
            "SELECT DISTINCT tenant_id FROM plan_assignments WHERE valid_days && daterange(?, ?)";

    private static final String INSERT =
            "INSERT INTO billing_run_items (run_id, tenant_id) SELECT ?, tenant_id FROM unnest(?) AS u(tenant_id)";

    private RunPopulation() {}

    /// Writes the run's items in the caller's transaction.
    static void insert(Connection connection, UUID runId, YearMonth month) throws SQLException {
        SortedSet<String> tenants = new TreeSet<>(withPlan(connection, month));
        List<BillingPeriod> candidates = new ArrayList<>();
        for (TenantFacts facts : tenantsWithEvents(connection, month)) {
            switch (facts.bounds(month)) {
                case TenantFacts.Bounds.Known(BillingPeriod period) -> candidates.add(period);
                case TenantFacts.Bounds.Impossible impossible -> tenants.add(facts.tenantId());
            }
        }
        tenants.addAll(withEventsInTheirMonth(connection, candidates));
        try (PreparedStatement insert = connection.prepareStatement(INSERT)) {
            insert.setObject(1, runId);
            insert.setArray(2, Sql.texts(connection, tenants));
            insert.executeUpdate();
        }
    }

    /// Unregistered tenants are taken to be in UTC here: whether they belong to the month needs some zone.
    private static List<TenantFacts> tenantsWithEvents(Connection connection, YearMonth month) throws SQLException {
        Instant from = startUtc(month).minus(ZONE_OFFSET_MAX);
        Instant to = startUtc(month.plusMonths(1)).plus(ZONE_OFFSET_MAX);
        List<TenantFacts> found = new ArrayList<>();
        try (PreparedStatement query = connection.prepareStatement(TENANTS_WITH_EVENTS)) {
            query.setObject(1, Sql.moment(from));
            query.setObject(2, Sql.moment(to));
            query.setObject(3, Sql.moment(from));
            query.setObject(4, Sql.moment(to));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String zone = row.getString("time_zone");
                    found.add(new TenantFacts(
                            row.getString("tenant_id"),
                            Optional.of(zone == null ? ZoneOffset.UTC.getId() : zone),
                            Optional.empty(),
                            Optional.empty()));
                }
            }
        }
        return found;
    }

    private static List<String> withEventsInTheirMonth(Connection connection, List<BillingPeriod> periods)
            throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(WITH_EVENTS_IN_THEIR_MONTH)) {
            query.setArray(
                    1,
                    Sql.texts(
                            connection,
                            periods.stream().map(BillingPeriod::tenantId).toList()));
            query.setArray(
                    2,
                    Sql.moments(
                            connection,
                            periods.stream().map(BillingPeriod::startsAt).toList()));
            query.setArray(
                    3,
                    Sql.moments(
                            connection,
                            periods.stream().map(BillingPeriod::endsAt).toList()));
            return tenantIds(query);
        }
    }

    private static List<String> withPlan(Connection connection, YearMonth month) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(WITH_PLAN)) {
            query.setObject(1, month.atDay(1));
            query.setObject(2, month.plusMonths(1).atDay(1));
            return tenantIds(query);
        }
    }

    private static List<String> tenantIds(PreparedStatement query) throws SQLException {
        List<String> tenants = new ArrayList<>();
        try (ResultSet row = query.executeQuery()) {
            while (row.next()) {
                tenants.add(row.getString("tenant_id"));
            }
        }
        return tenants;
    }

    private static Instant startUtc(YearMonth month) {
        return month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
    }
}
