package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.TenantRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `tenants`, in the order of their ids.
public final class TenantTable {

    private static final String SELECT = """
            SELECT t.*, (SELECT plan_id FROM plan_assignments p WHERE p.tenant_id = t.tenant_id
                AND p.valid_days @> (clock_timestamp() AT TIME ZONE t.time_zone)::date) AS plan
            FROM tenants t
            """;

    private TenantTable() {}

    public static List<TenantRow> page(Connection connection, String after, int limit) throws SQLException {
        return Sql.all(
                connection,
                SELECT + "WHERE t.tenant_id > ? ORDER BY t.tenant_id LIMIT ?",
                TenantTable::row,
                after,
                limit);
    }

    public static Optional<TenantRow> find(Connection connection, String tenantId) throws SQLException {
        return Sql.first(connection, SELECT + "WHERE t.tenant_id = ?", TenantTable::row, tenantId);
    }

    /// False when there is such a tenant.
    ///
    /// @param from its first local day; null for today
    /// @param overrides JSON with columns of `tenant_quotas`
    public static boolean register(
            Connection connection,
            String tenantId,
            String name,
            String timeZone,
            String plan,
            @Nullable LocalDate from,
            String overrides,
            String actor)
            throws SQLException {
        return Sql.call(
                connection,
                "SELECT tollgate.register_tenant(?, ?, z.zone, ?, coalesce(?, (clock_timestamp() AT TIME ZONE"
                        + " CASE WHEN tollgate.is_time_zone(z.zone) THEN z.zone ELSE 'UTC' END)::date), ?::jsonb, ?)"
                        + " FROM (SELECT ?::text AS zone) z",
                tenantId,
                name,
                plan,
                from,
                overrides,
                actor,
                timeZone);
    }

    /// Null leaves a member as it is.
    public static void change(
            Connection connection,
            String tenantId,
            @Nullable String name,
            @Nullable String timeZone,
            @Nullable String status,
            @Nullable String reason,
            String actor)
            throws SQLException {
        Sql.call(
                connection,
                "SELECT tollgate.change_tenant(?, ?, ?, ?, ?, ?)",
                tenantId,
                name,
                timeZone,
                status,
                reason,
                actor);
    }

    private static TenantRow row(ResultSet row) throws SQLException {
        return new TenantRow(
                row.getString("tenant_id"),
                row.getString("display_name"),
                row.getString("time_zone"),
                row.getString("status"),
                row.getString("plan"),
                Sql.moment(row, "created_at"),
                row.getString("created_by"));
    }
}
