package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.AssignmentRow;
import dev.tollgate.gateway.admin.Limits;
import dev.tollgate.gateway.admin.PlanRow;
import dev.tollgate.gateway.admin.QuotaFields;
import dev.tollgate.gateway.admin.QuotaRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// `plans`, `plan_assignments` and `tenant_quotas`; the latest first where they are a history.
public final class QuotaTable {

    private static final String QUOTAS = """
            SELECT q.*, lower(q.valid_period) AS begins, upper(q.valid_period) AS ends, a.plan_id AS plan,
                CASE WHEN q.valid_period @> c.now THEN 'current' WHEN lower(q.valid_period) > c.now THEN 'planned' ELSE 'past' END AS state,
                coalesce((SELECT array_agg(l.key ORDER BY l.key) FROM jsonb_each(to_jsonb(p) - 'plan_id' - 'name') l
                    WHERE to_jsonb(q) -> l.key <> l.value), '{}') AS overridden
            FROM (SELECT clock_timestamp() AS now) c CROSS JOIN tenant_quotas q
                JOIN tenants t ON t.tenant_id = q.tenant_id
                LEFT JOIN plan_assignments a ON a.tenant_id = q.tenant_id
                    AND a.valid_days @> (lower(q.valid_period) AT TIME ZONE t.time_zone)::date
                LEFT JOIN plans p ON p.plan_id = a.plan_id
            WHERE q.tenant_id = ?
            """;

    private QuotaTable() {}

    /// All plans, in the order of their ids.
    public static List<PlanRow> plans(Connection connection, String after, int limit) throws SQLException {
        return Sql.all(
                connection,
                "SELECT * FROM plans WHERE plan_id > ? ORDER BY plan_id LIMIT ?",
                row -> new PlanRow(row.getString("plan_id"), row.getString("name"), limits(row)),
                after,
                limit);
    }

    /// @param before the `from` of the preceding page's last row; null for the first page
    public static List<AssignmentRow> assignments(
            Connection connection, String tenantId, @Nullable LocalDate before, int limit) throws SQLException {
        return Sql.all(
                connection,
                "SELECT *, lower(valid_days) AS begins, upper(valid_days) AS ends FROM plan_assignments"
                        + " WHERE tenant_id = ? AND lower(valid_days) < coalesce(?::date, 'infinity')"
                        + " ORDER BY lower(valid_days) DESC LIMIT ?",
                row -> new AssignmentRow(
                        row.getString("plan_id"),
                        row.getObject("begins", LocalDate.class),
                        row.getObject("ends", LocalDate.class),
                        Sql.moment(row, "assigned_at"),
                        row.getString("assigned_by")),
                tenantId,
                before,
                limit);
    }

    /// @param before the `from` of the preceding page's last row; null for the first page
    public static List<QuotaRow> quotas(Connection connection, String tenantId, @Nullable Instant before, int limit)
            throws SQLException {
        return Sql.all(
                connection,
                QUOTAS
                        + "AND lower(q.valid_period) < coalesce(?::timestamptz, 'infinity') ORDER BY begins DESC LIMIT ?",
                QuotaTable::quota,
                tenantId,
                before,
                limit);
    }

    public static Optional<QuotaRow> quota(Connection connection, String tenantId, UUID id) throws SQLException {
        return Sql.first(connection, QUOTAS + "AND q.id = ?", QuotaTable::quota, tenantId, id);
    }

    /// Empty for a tenant without limits at this moment.
    public static Optional<String> tierNow(Connection connection, String tenantId) throws SQLException {
        return Sql.first(
                connection,
                "SELECT tier FROM tenant_quotas WHERE tenant_id = ? AND valid_period @> clock_timestamp()",
                row -> row.getString(1),
                tenantId);
    }

    /// Changes plan and limits, and returns the id of the limits.
    ///
    /// @param plan null for the one in force on that day
    /// @param from a local day; null for now
    /// @param overrides JSON with columns of `tenant_quotas`
    public static UUID change(
            Connection connection,
            String tenantId,
            @Nullable String plan,
            @Nullable LocalDate from,
            String overrides,
            String actor)
            throws SQLException {
        return Sql.first(
                        connection,
                        "SELECT tollgate.change_plan(?, ?, ?, ?::jsonb, ?)",
                        row -> row.getObject(1, UUID.class),
                        tenantId,
                        plan,
                        from,
                        overrides,
                        actor)
                .orElseThrow();
    }

    public static void cancel(Connection connection, String tenantId, UUID id, String actor) throws SQLException {
        Sql.call(connection, "SELECT tollgate.cancel_change(?, ?, ?)", tenantId, id, actor);
    }

    private static QuotaRow quota(ResultSet row) throws SQLException {
        return new QuotaRow(
                row.getObject("id", UUID.class),
                row.getString("state"),
                row.getString("plan"),
                limits(row),
                Sql.texts(row, "overridden").stream()
                        .map(QuotaFields::member)
                        .sorted()
                        .toList(),
                row.getString("enforcement"),
                row.getString("sliding_fallback"),
                row.getString("calendar_fallback"),
                Sql.moment(row, "begins"),
                Sql.optionalMoment(row, "ends"),
                Sql.moment(row, "created_at"),
                row.getString("created_by"));
    }

    private static Limits limits(ResultSet row) throws SQLException {
        return new Limits(
                row.getString("tier"),
                row.getLong("requests_per_minute"),
                row.getLong("requests_per_hour"),
                row.getLong("requests_per_day"),
                row.getLong("requests_per_month"),
                row.getLong("db_queries_per_hour"),
                row.getLong("db_storage_mb"),
                row.getBoolean("advanced_analytics_enabled"),
                row.getBoolean("ai_features_enabled"),
                row.getBoolean("custom_integrations_enabled"));
    }
}
