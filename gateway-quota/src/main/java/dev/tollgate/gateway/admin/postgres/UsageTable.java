package dev.tollgate.gateway.admin.postgres;

import dev.tollgate.gateway.admin.AuditRow;
import dev.tollgate.gateway.admin.UsageRow;
import dev.tollgate.gateway.admin.ViolationRow;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;
import tools.jackson.databind.json.JsonMapper;

/// What happened: the ledger's counts, denials, the audit log; the latest first.
public final class UsageTable {

    /// Which denials; null is any.
    ///
    /// @param until exclusive
    public record ViolationFilter(
            @Nullable String quota,
            @Nullable String route,
            @Nullable Instant from,
            @Nullable Instant until) {}

    /// The place of a row among a tenant's denials.
    public record ViolationPlace(Instant violatedAt, String quota, String route) {}

    private static final JsonMapper JSON = JsonMapper.shared();
    private static final TypeReference<Map<String, Object>> COLUMNS = new TypeReference<>() {};

    private UsageTable() {}

    public static List<UsageRow> now(Connection connection, String tenantId) throws SQLException {
        return Sql.all(
                connection,
                """
                SELECT u.*, coalesce(s.tokens, 0) AS set_aside FROM tollgate.quota_usage(?) u
                    LEFT JOIN LATERAL (
                        SELECT sum(r.tokens)::bigint AS tokens FROM quota_reserves r JOIN quota_ledger l USING (tenant_id, policy)
                        WHERE r.tenant_id = ? AND r.policy = u.policy AND CASE u.quota_type
                            WHEN 'requests_per_day' THEN r.day_start_us = l.day_start_us AND u.current_value > 0
                            WHEN 'requests_per_month' THEN r.month_start_us = l.month_start_us AND u.current_value > 0 ELSE false END
                    ) s ON true
                """,
                row -> new UsageRow(
                        row.getString("policy"),
                        row.getString("quota_type"),
                        row.getLong("limit_value"),
                        row.getLong("current_value") - row.getLong("set_aside"),
                        row.getLong("set_aside"),
                        Sql.moment(row, "resets_at")),
                tenantId,
                tenantId);
    }

    /// @param before null for the first page
    public static List<ViolationRow> violations(
            Connection connection, String tenantId, ViolationFilter filter, @Nullable ViolationPlace before, int limit)
            throws SQLException {
        return Sql.all(
                connection,
                """
                SELECT * FROM tenant_quota_violations WHERE tenant_id = ?
                    AND (?::text IS NULL OR quota_type = ?) AND (?::text IS NULL OR route = ?)
                    AND violated_at >= coalesce(?::timestamptz, '-infinity') AND violated_at < coalesce(?::timestamptz, 'infinity')
                    AND (violated_at, quota_type, route) < (coalesce(?::timestamptz, 'infinity'), coalesce(?::text, ''), coalesce(?::text, ''))
                ORDER BY violated_at DESC, quota_type DESC, route DESC LIMIT ?
                """,
                UsageTable::violation,
                tenantId,
                filter.quota(),
                filter.quota(),
                filter.route(),
                filter.route(),
                filter.from(),
                filter.until(),
                before == null ? null : before.violatedAt(),
                before == null ? null : before.quota(),
                before == null ? null : before.route(),
                limit);
    }

    /// @param tenantId null for all entries
    /// @param before the id of the preceding page's last entry
    public static List<AuditRow> audit(Connection connection, @Nullable String tenantId, long before, int limit)
            throws SQLException {
        return tenantId == null
                ? Sql.all(
                        connection,
                        "SELECT * FROM audit_log WHERE audit_id < ? ORDER BY audit_id DESC LIMIT ?",
                        UsageTable::audit,
                        before,
                        limit)
                : Sql.all(
                        connection,
                        "SELECT * FROM audit_log WHERE tenant_id = ? AND audit_id < ? ORDER BY audit_id DESC LIMIT ?",
                        UsageTable::audit,
                        tenantId,
                        before,
                        limit);
    }

    private static ViolationRow violation(ResultSet row) throws SQLException {
        return new ViolationRow(
                row.getObject("id", UUID.class),
                row.getString("quota_type"),
                row.getString("route"),
                row.getLong("limit_value"),
                row.getLong("current_value"),
                row.getLong("denied_count"),
                row.getString("endpoint"),
                row.getString("user_id"),
                Sql.moment(row, "violated_at"));
    }

    private static AuditRow audit(ResultSet row) throws SQLException {
        return new AuditRow(
                row.getLong("audit_id"),
                Sql.moment(row, "recorded_at"),
                row.getString("actor"),
                row.getString("action"),
                row.getString("tenant_id"),
                row.getString("subject"),
                columns(row.getString("before")),
                columns(row.getString("after")),
                row.getString("reason"));
    }

    private static @Nullable Map<String, Object> columns(@Nullable String json) {
        return json == null ? null : JSON.readValue(json, COLUMNS);
    }
}
