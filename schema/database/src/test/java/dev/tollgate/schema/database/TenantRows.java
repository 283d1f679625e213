package dev.tollgate.schema.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/// Gives a tenant at least one row in every table that tenants may read.
final class TenantRows {

    /// The month of all rows that have a time.
    static final String MONTH = "2026-10-01";

    private TenantRows() {}

    /// Makes the rows of several tenants, and names the tables of tenants' rows that tenants may read.
    static List<String> makeOf(TestDatabase database, String... tenantIds) throws SQLException {
        try (Connection superuser = database.asSuperuser()) {
            for (String tenantId : tenantIds) {
                make(superuser, tenantId);
            }
            return Sql.texts(superuser, """
                    SELECT c.relname FROM pg_class c JOIN pg_attribute a ON a.attrelid = c.oid AND a.attname = 'tenant_id'
                    WHERE c.relnamespace = 'public'::regnamespace AND c.relkind IN ('r', 'p', 'v')
                        AND has_table_privilege('tollgate_tenant', c.oid, 'SELECT') ORDER BY 1
                    """);
        }
    }

    static void make(Connection superuser, String tenantId) throws SQLException {
        Sql.run(
                superuser,
                "SELECT tollgate.register_tenant(?, 'A tenant', 'Europe/Berlin', 'starter', ?::date, NULL, 'test')",
                tenantId,
                MONTH);
        Sql.run(superuser, "SELECT tollgate.ensure_month(?::date)", MONTH);
        String runId = Sql.text(
                superuser,
                "INSERT INTO billing_runs (month, started_by) VALUES (?::date, 'test') RETURNING run_id",
                MONTH);
        for (String insert : List.of(
                """
                INSERT INTO tenant_metrics_raw (tenant_id, event_time, event_type, source, sequence, log_position)
                SELECT $1, $3::timestamptz, 'api_request', 'lane.0', 1, 1::bigint << 48
                """,
                """
                INSERT INTO tenant_metrics_hourly (tenant_id, hour_bucket, event_count, fingerprint, log_position, owner, sketch,
                    storage_bytes)
                SELECT $1, $3::timestamptz, 1, 1, 1, 'stream', '\\x01', 5
                """,
                "INSERT INTO tenant_metrics_hourly_routes SELECT $1, $3::timestamptz, 'search', 1, 1, 1, 1, 0, 1, 5, 7, 9",
                """
                INSERT INTO tenant_quota_violations (tenant_id, quota_type, limit_value, current_value)
                SELECT $1, 'requests_per_day', 10, 10
                """,
                "INSERT INTO quota_ledger (tenant_id, last_reading_us) SELECT $1, 0",
                "SELECT tollgate.set_tenant_route_policy($1, 'search', '{\"requests_per_day\": 5}', 'test')",
                """
                INSERT INTO tenant_billing_periods (tenant_id, period_start, period_end, time_zone, starts_at, ends_at,
                    cut_position, event_count, fingerprint, currency, invoice_generated_at, run_id, canonical_hash)
                SELECT $1, $3::date, ($3::date + INTERVAL '1 month')::date, 'UTC', $3::timestamptz,
                    $3::timestamptz + INTERVAL '1 month', 1, 1, 1, 'USD', now(), $2::uuid, sha256('')
                """,
                """
                INSERT INTO invoices (invoice_number, tenant_id, period_id, kind, currency, total_cents, issued_at, due_on, canonical_hash)
                SELECT 'T-' || $1, $1, id, 'regular', 'USD', 0, now(), $3::date, sha256('') FROM tenant_billing_periods WHERE tenant_id = $1
                """,
                """
                INSERT INTO invoice_lines (invoice_id, line_no, tenant_id, kind, code, description, plan_id, plan_version,
                    model, quantity, included_quantity, billed_quantity, unit_amount_cents, per_quantity, amount_cents,
                    covers_from, covers_to, event_count, event_units, fingerprint, position_from, position_to)
                SELECT invoice_id, 1, $1, 'charge', 'base', 'Monthly fee', 'starter', 1,
                    'flat_fee', 1, 0, 1, 0, 1, 0, now(), now(), 0, 0, 0, 0, 0 FROM invoices WHERE tenant_id = $1
                """)) {
            insert(superuser, insert, tenantId, runId);
        }
    }

    private static void insert(Connection superuser, String insert, String tenantId, String runId) throws SQLException {
        String withValues = insert.replace("$1", "'" + tenantId + "'")
                .replace("$2", "'" + runId + "'")
                .replace("$3", "'" + MONTH + "'");
        Sql.run(superuser, withValues);
    }
}
