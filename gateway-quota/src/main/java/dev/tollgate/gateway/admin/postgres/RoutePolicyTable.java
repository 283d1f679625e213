package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.RoutePolicyRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// `route_policies` and `tenant_route_policies`, in the order of their names. A tenant that is null means everybody.
public final class RoutePolicyTable {

    private RoutePolicyTable() {}

    public static List<RoutePolicyRow> page(Connection connection, @Nullable String tenantId, String after, int limit)
            throws SQLException {
        return tenantId == null
                ? Sql.all(
                        connection,
                        "SELECT NULL AS tenant_id, * FROM route_policies WHERE policy > ? ORDER BY policy LIMIT ?",
                        RoutePolicyTable::row,
                        after,
                        limit)
                : Sql.all(
                        connection,
                        "SELECT * FROM tenant_route_policies WHERE tenant_id = ? AND policy > ? ORDER BY policy LIMIT ?",
                        RoutePolicyTable::row,
                        tenantId,
                        after,
                        limit);
    }

    public static Optional<RoutePolicyRow> find(Connection connection, @Nullable String tenantId, String policy)
            throws SQLException {
        return tenantId == null
                ? Sql.first(
                        connection,
                        "SELECT NULL AS tenant_id, * FROM route_policies WHERE policy = ?",
                        RoutePolicyTable::row,
                        policy)
                : Sql.first(
                        connection,
                        "SELECT * FROM tenant_route_policies WHERE tenant_id = ? AND policy = ?",
                        RoutePolicyTable::row,
                        tenantId,
                        policy);
    }

    /// False when nothing changed.
    ///
    /// @param limits JSON with the policy's columns; null removes it
    public static boolean set(
            Connection connection, @Nullable String tenantId, String policy, @Nullable String limits, String actor)
            throws SQLException {
        return tenantId == null
                ? Sql.call(connection, "SELECT tollgate.set_route_policy(?, ?::jsonb, ?)", policy, limits, actor)
                : Sql.call(
                        connection,
                        "SELECT tollgate.set_tenant_route_policy(?, ?, ?::jsonb, ?)",
                        tenantId,
                        policy,
                        limits,
                        actor);
    }

    private static RoutePolicyRow row(ResultSet row) throws SQLException {
        return new RoutePolicyRow(
                row.getString("policy"),
                row.getString("tenant_id"),
                row.getObject("requests_per_minute", Long.class),
                row.getObject("requests_per_hour", Long.class),
                row.getObject("requests_per_day", Long.class),
                row.getObject("requests_per_month", Long.class),
                row.getString("enforcement"),
                row.getString("sliding_fallback"),
                row.getString("calendar_fallback"),
                Sql.moment(row, "updated_at"),
                row.getString("updated_by"));
    }
}
