package dev.tollgate.aggregator.query.postgres;

import dev.tollgate.aggregator.query.LiveUsage;
import dev.tollgate.aggregator.query.QuotaReading;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Reads the ledger by the database's own `tollgate.quota_usage`; takes nothing. Safe for use by several threads.
public final class PostgresLiveUsage {

    private static final String LIMITS =
            "SELECT tier, enforcement FROM tenant_quotas WHERE tenant_id = ? AND valid_period @> clock_timestamp()";

    /// A route policy of the tenant's own stands before the general one; null where the tenant's own limits count.
    private static final String USAGE = """
            SELECT u.*, CASE WHEN o.policy IS NOT NULL THEN o.enforcement ELSE d.enforcement END AS enforcement
            FROM tollgate.quota_usage(?) WITH ORDINALITY
                    AS u (policy, quota_type, limit_value, current_value, resets_at, rank)
                LEFT JOIN tenant_route_policies o ON o.tenant_id = ? AND o.policy = u.policy
                LEFT JOIN route_policies d ON d.policy = u.policy
            ORDER BY u.rank""";

    private final TenantReads reads;

    public PostgresLiveUsage(TenantReads reads) {
        this.reads = reads;
    }

    /// Empty for a tenant without limits at this moment, or no tenant at all.
    public Optional<LiveUsage> now(String tenantId) throws SQLException {
        return reads.as(tenantId, connection -> {
            try (PreparedStatement limits = connection.prepareStatement(LIMITS)) {
                limits.setString(1, tenantId);
                try (ResultSet row = limits.executeQuery()) {
                    if (!row.next()) {
                        return Optional.empty();
                    }
                    String enforcement = row.getString(2);
                    return Optional.of(new LiveUsage(row.getString(1), quotas(connection, tenantId, enforcement)));
                }
            }
        });
    }

    private static List<QuotaReading> quotas(Connection connection, String tenantId, String own) throws SQLException {
        List<QuotaReading> quotas = new ArrayList<>();
        try (PreparedStatement usage = connection.prepareStatement(USAGE)) {
            usage.setString(1, tenantId);
            usage.setString(2, tenantId);
            try (ResultSet row = usage.executeQuery()) {
                while (row.next()) {
                    String enforcement = row.getString("enforcement");
                    quotas.add(new QuotaReading(
                            row.getString("policy"),
                            row.getString("quota_type"),
                            row.getLong("limit_value"),
                            row.getLong("current_value"),
                            row.getObject("resets_at", OffsetDateTime.class).toInstant(),
                            enforcement == null ? own : enforcement));
                }
            }
        }
        return quotas;
    }
}
