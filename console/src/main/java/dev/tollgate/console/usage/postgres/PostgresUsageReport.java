package dev.tollgate.console.usage.postgres;

import dev.tollgate.console.usage.HourUsage;
import dev.tollgate.console.usage.TenantUsage;
import dev.tollgate.console.usage.UsageReport;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/// Usage from `tenant_metrics_hourly`, as role `tollgate_console`.
public final class PostgresUsageReport implements UsageReport {

    private final JdbcClient database;

    public PostgresUsageReport(JdbcClient database) {
        this.database = database;
    }

    @Override
    public List<TenantUsage> busiest(Instant since) {
        return database.sql("""
                        SELECT u.tenant_id, coalesce(u.display_name, u.tenant_id) AS display_name, coalesce(q.tier, '-') AS tier,
                            coalesce(u.requests, 0) AS requests, coalesce(u.failed, 0) AS failed,
                            coalesce(u.bytes_sent, 0) AS bytes_sent
                        FROM ((SELECT tenant_id::text, display_name FROM tenants) t
                        FULL JOIN (
                            SELECT tenant_id, sum(total_requests)::bigint AS requests, sum(failed_requests)::bigint AS failed,
                                sum(total_bytes_sent)::bigint AS bytes_sent
                            FROM tenant_metrics_hourly WHERE hour_bucket >= :since GROUP BY tenant_id) h USING (tenant_id)) u
                        LEFT JOIN tenant_quotas q ON q.tenant_id = u.tenant_id AND q.valid_period @> now()
                        ORDER BY requests DESC, u.tenant_id LIMIT :max
                        """)
                .param("since", Timestamp.from(since))
                .param("max", TENANTS_MAX)
                .query((row, number) -> new TenantUsage(
                        row.getString("tenant_id"),
                        row.getString("display_name"),
                        row.getString("tier"),
                        row.getLong("requests"),
                        row.getLong("failed"),
                        row.getLong("bytes_sent")))
                .list();
    }

    @Override
    public List<HourUsage> latestHours(String tenantId) {
        return database.sql("""
                        SELECT hour_bucket, total_requests, failed_requests, p50_duration_ms, p99_duration_ms
                        FROM tenant_metrics_hourly WHERE tenant_id = :tenant ORDER BY hour_bucket DESC LIMIT :max
                        """)
                .param("tenant", tenantId)
                .param("max", HOURS_MAX)
                .query((row, number) -> new HourUsage(
                        row.getTimestamp("hour_bucket").toInstant(),
                        row.getLong("total_requests"),
                        row.getLong("failed_requests"),
                        row.getObject("p50_duration_ms", Long.class),
                        row.getObject("p99_duration_ms", Long.class)))
                .list();
    }
}
