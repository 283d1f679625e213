package dev.tollgate.billing.period.postgres;

import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.SpanUsage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

/// Counts many tenants' periods from their hourly buckets, in one statement; only the hours that a bound of a span
/// cuts are counted from raw events, less what was taken back. For periods that are still open: nothing is proved,
/// fingerprints are 0.
public final class BucketUsageQuery {

    private static final String USAGE = """
            WITH span AS MATERIALIZED (
                SELECT s.*, date_trunc('hour', from_at + INTERVAL '1 hour' - INTERVAL '1 microsecond', 'UTC') AS first_hour,
                    date_trunc('hour', to_at, 'UTC') AS end_hour
                FROM unnest(?, ?, ?, ?) AS s(tenant_id, span_no, from_at, to_at)
            ), piece AS (
                SELECT s.tenant_id, s.span_no, sum(h.event_count) AS event_count,
                    sum(h.units) AS units, sum(h.billable_requests) AS billable_requests,
                    sum(h.ai_requests) AS ai_requests, sum(h.total_db_queries) AS db_queries,
                    max(h.storage_bytes) AS storage_bytes, sum(h.total_requests) AS request_count,
                    sum(h.total_duration_ms) AS total_duration_ms, sum(h.failed_requests) AS failed_requests
                FROM span s JOIN tenant_metrics_hourly h ON h.tenant_id = s.tenant_id
                    AND h.hour_bucket >= s.first_hour AND h.hour_bucket < s.end_hour
                GROUP BY s.tenant_id, s.span_no
                UNION ALL
                SELECT s.tenant_id, s.span_no, count(*), sum(v.counts * r.units),
                    sum(v.counts) FILTER (WHERE r.event_type IN ('api_request', 'ai_request') AND r.units > 0),
                    sum(v.counts) FILTER (WHERE r.event_type = 'ai_request' AND r.units > 0),
                    sum(v.counts * r.db_query_count), max(r.bytes_stored) FILTER (WHERE r.voids IS NULL),
                    sum(v.counts) FILTER (WHERE r.event_type IN ('api_request', 'ai_request')),
                    sum(v.counts * r.duration_ms) FILTER (WHERE r.event_type IN ('api_request', 'ai_request')),
                    sum(v.counts) FILTER (WHERE r.event_type IN ('api_request', 'ai_request')
                        AND r.response_status >= 400)
                FROM span s
                CROSS JOIN LATERAL (VALUES (s.from_at, s.first_hour), (s.end_hour, s.to_at)) AS e(from_at, to_at)
                JOIN tenant_metrics_raw r ON r.tenant_id = s.tenant_id
                    AND r.event_time >= e.from_at AND r.event_time < e.to_at
                CROSS JOIN LATERAL (SELECT CASE WHEN r.voids IS NULL THEN 1 ELSE -1 END AS counts) AS v
                WHERE e.from_at < e.to_at
                GROUP BY s.tenant_id, s.span_no
            ), total AS (
                SELECT tenant_id, span_no, sum(event_count)::bigint AS event_count, sum(units)::bigint AS units,
                    sum(billable_requests)::bigint AS billable_requests, sum(ai_requests)::bigint AS ai_requests,
                    sum(db_queries)::bigint AS db_queries, max(storage_bytes) AS storage_bytes,
                    sum(request_count)::bigint AS request_count, sum(total_duration_ms)::bigint AS total_duration_ms,
                    sum(failed_requests)::bigint AS failed_requests
                FROM piece GROUP BY tenant_id, span_no
            )
            SELECT s.tenant_id, s.span_no, t.event_count, t.units, 0 AS fingerprint, t.billable_requests,
                t.ai_requests, t.db_queries, greatest(t.storage_bytes, carried.storage_bytes) AS storage_bytes,
                t.request_count, t.total_duration_ms, t.failed_requests
            FROM span s
            LEFT JOIN total t USING (tenant_id, span_no)
            LEFT JOIN LATERAL (
                SELECT h.storage_bytes FROM tenant_metrics_hourly h
                WHERE h.tenant_id = s.tenant_id AND h.hour_bucket <= s.from_at - INTERVAL '1 hour'
                ORDER BY h.hour_bucket DESC LIMIT 1) carried ON true
            """;

    private BucketUsageQuery() {}

    /// By tenant and `UsageSpan.spanNo`; every given tenant has an entry.
    public static Map<String, Map<Integer, SpanUsage>> read(Connection connection, Collection<PlannedPeriod> periods)
            throws SQLException {
        Map<String, Map<Integer, SpanUsage>> byTenant = new HashMap<>();
        try (PreparedStatement query = connection.prepareStatement(USAGE)) {
            new SpanColumns(periods).bind(connection, query);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    byTenant.computeIfAbsent(row.getString("tenant_id"), tenant -> new HashMap<>())
                            .put(row.getInt("span_no"), SpanColumns.usage(row));
                }
            }
        }
        return byTenant;
    }
}
