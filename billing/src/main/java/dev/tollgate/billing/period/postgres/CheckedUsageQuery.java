package dev.tollgate.billing.period.postgres;

import dev.tollgate.billing.period.CheckedUsage;
import dev.tollgate.billing.period.LogCuts;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.SpanUsage;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/// Counts many tenants' periods from their raw events below the cut, in one statement, and holds every full hour
/// against its bucket: events, billable requests, units and fingerprint. An hour that a bound of a span cuts has no
/// bucket of its own and counts from raw alone. Storage carries over from the last bucket before the span.
public final class CheckedUsageQuery {

    private static final String USAGE = """
            WITH span AS MATERIALIZED (
                SELECT * FROM unnest(?, ?, ?, ?, ?) AS s(tenant_id, span_no, from_at, to_at, cut)
            ), raw AS MATERIALIZED (
                SELECT s.tenant_id, s.span_no, s.from_at, s.to_at, u.*
                FROM span s CROSS JOIN LATERAL tollgate.usage_from_raw(s.tenant_id, s.from_at, s.to_at, s.cut) u
            ), difference AS (
                SELECT DISTINCT ON (tenant_id) tenant_id, hour_bucket,
                    coalesce(r.event_count, 0) AS raw_events, coalesce(b.event_count, 0) AS bucket_events,
                    coalesce(r.billable_requests, 0) AS raw_billable, coalesce(b.billable_requests, 0) AS bucket_billable,
                    coalesce(r.units, 0) AS raw_units, coalesce(b.units, 0) AS bucket_units,
                    count(*) OVER (PARTITION BY tenant_id) AS hours
                FROM (SELECT * FROM raw
                      WHERE hour_bucket >= from_at AND hour_bucket <= to_at - INTERVAL '1 hour') r
                FULL JOIN (SELECT s.tenant_id, s.span_no, h.hour_bucket, h.event_count, h.billable_requests, h.units,
                               h.fingerprint
                           FROM span s JOIN tenant_metrics_hourly h ON h.tenant_id = s.tenant_id
                               AND h.hour_bucket >= s.from_at AND h.hour_bucket <= s.to_at - INTERVAL '1 hour') b
                USING (tenant_id, span_no, hour_bucket)
                WHERE (coalesce(r.event_count, 0), coalesce(r.billable_requests, 0), coalesce(r.units, 0),
                        coalesce(r.fingerprint, 0))
                    <> (coalesce(b.event_count, 0), coalesce(b.billable_requests, 0), coalesce(b.units, 0),
                        coalesce(b.fingerprint, 0))
                ORDER BY tenant_id, hour_bucket
            ), total AS (
                SELECT tenant_id, span_no, sum(event_count)::bigint AS event_count, sum(units)::bigint AS units,
                    tollgate.wrap_int64(sum(fingerprint)) AS fingerprint,
                    sum(billable_requests)::bigint AS billable_requests, sum(ai_requests)::bigint AS ai_requests,
                    sum(db_queries)::bigint AS db_queries, max(storage_bytes) AS storage_bytes,
                    sum(request_count)::bigint AS request_count, sum(total_duration_ms)::bigint AS total_duration_ms
                FROM raw GROUP BY tenant_id, span_no
            )
            SELECT s.tenant_id, s.span_no, t.event_count, t.units, t.fingerprint, t.billable_requests, t.ai_requests,
                t.db_queries, greatest(t.storage_bytes, carried.storage_bytes) AS storage_bytes, t.request_count,
                t.total_duration_ms, 0 AS failed_requests, d.hour_bucket, d.raw_events, d.bucket_events,
                d.raw_billable, d.bucket_billable, d.raw_units, d.bucket_units, d.hours
            FROM span s
            LEFT JOIN total t USING (tenant_id, span_no)
            LEFT JOIN difference d USING (tenant_id)
            LEFT JOIN LATERAL (
                SELECT h.storage_bytes FROM tenant_metrics_hourly h
                WHERE h.tenant_id = s.tenant_id AND h.hour_bucket <= s.from_at - INTERVAL '1 hour'
                ORDER BY h.hour_bucket DESC LIMIT 1) carried ON true
            """;

    private CheckedUsageQuery() {}

    /// By tenant; every given tenant has an entry.
    public static Map<String, CheckedUsage> read(Connection connection, Collection<PlannedPeriod> periods, LogCuts cuts)
            throws SQLException {
        Map<String, Map<Integer, SpanUsage>> spans = new HashMap<>();
        Map<String, String> differences = new HashMap<>();
        SpanColumns columns = new SpanColumns(periods);
        try (PreparedStatement query = connection.prepareStatement(USAGE)) {
            columns.bind(connection, query);
            query.setArray(
                    SpanColumns.PARAMETERS + 1,
                    Sql.numbers(
                            connection,
                            columns.tenantIds().stream().map(cuts::of).toList()));
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    String tenantId = row.getString("tenant_id");
                    spans.computeIfAbsent(tenantId, tenant -> new HashMap<>())
                            .put(row.getInt("span_no"), SpanColumns.usage(row));
                    difference(row).ifPresent(reason -> differences.put(tenantId, reason));
                }
            }
        }
        Map<String, CheckedUsage> byTenant = new HashMap<>();
        spans.forEach((tenantId, bySpan) ->
                byTenant.put(tenantId, new CheckedUsage(bySpan, Optional.ofNullable(differences.get(tenantId)))));
        return byTenant;
    }

    private static Optional<String> difference(ResultSet row) throws SQLException {
        Optional<Instant> hour = Sql.moment(row, "hour_bucket");
        if (hour.isEmpty()) {
            return Optional.empty();
        }
        return Optional.of("hour " + hour.get() + " differs: its bucket has "
                + counts(row.getLong("bucket_events"), row.getLong("bucket_billable"), row.getLong("bucket_units"))
                + ", its raw events have "
                + counts(row.getLong("raw_events"), row.getLong("raw_billable"), row.getLong("raw_units"))
                + "; such hours: " + row.getLong("hours"));
    }

    private static String counts(long events, long billable, long units) {
        return events + " events, " + billable + " billable requests, " + units + " units";
    }
}
