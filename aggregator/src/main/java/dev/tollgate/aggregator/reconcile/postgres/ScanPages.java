package dev.tollgate.aggregator.reconcile.postgres;

import dev.tollgate.aggregator.fold.Hours;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.NavigableSet;
import java.util.Optional;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/// `reconciliation_scans`, and the tenants that a page takes. Whoever holds the scan's row has the page; others pass.
final class ScanPages {

    /// Raw rows that one statement may be expected to add up; an hour with more has a statement of its own.
    private static final long ROWS_PER_STATEMENT = 200_000;

    /// The lock keeps every partition until the transaction ends.
    private static final String KEEP_MONTHS = "LOCK TABLE tenant_metrics_raw IN ACCESS SHARE MODE";

    private static final String MONTHS =
            "SELECT right(c.relname, 7) FROM pg_inherits i JOIN pg_class c ON c.oid = i.inhrelid"
                    + " WHERE i.inhparent = 'tenant_metrics_raw'::regclass AND c.relname ~ '^tenant_metrics_raw_[0-9]{4}_[0-9]{2}$'";

    private static final String TAKE = "SELECT span_from, span_to, after_tenant, completed_at FROM reconciliation_scans"
            + " WHERE scan = ? FOR UPDATE SKIP LOCKED";

    private static final String SAVE =
            "UPDATE reconciliation_scans SET span_from = ?, span_to = ?, after_tenant = ?, completed_at = ? WHERE scan = ?";

    private static final String COUNT = "UPDATE reconciliation_scans SET last_page_at = ?,"
            + " hours_compared = hours_compared + ?, ranges_unchecked = ranges_unchecked + ? WHERE scan = ?";

    private static final String NEXT =
            "least((SELECT h.tenant_id FROM tenant_metrics_hourly h WHERE h.tenant_id > {after}"
                    + " ORDER BY h.tenant_id LIMIT 1), (SELECT m.tenant_id FROM tenant_metrics_raw m WHERE m.tenant_id > {after}"
                    + " AND m.event_time >= p.month_from AND m.event_time < p.month_to ORDER BY m.tenant_id LIMIT 1))";

    /// Walks from tenant to tenant along the keys.
    private static final String TENANTS = "WITH RECURSIVE p AS (SELECT ?::text AS after, ?::timestamptz AS month_from,"
            + " ?::timestamptz AS month_to), t(tenant_id) AS (SELECT " + NEXT.replace("{after}", "p.after") + " FROM p"
            + " UNION ALL SELECT " + NEXT.replace("{after}", "t.tenant_id")
            + " FROM t, p WHERE t.tenant_id IS NOT NULL)"
            + " SELECT t.tenant_id, coalesce((SELECT sum(h.event_count) FROM tenant_metrics_hourly h"
            + " WHERE h.tenant_id = t.tenant_id AND h.hour_bucket >= ? AND h.hour_bucket < ?), 0)::bigint"
            + " FROM t WHERE t.tenant_id IS NOT NULL LIMIT ?";

    private final Connection connection;

    ScanPages(Connection connection) {
        this.connection = connection;
    }

    /// Where a scan is.
    ///
    /// @param span null once complete
    record Cursor(
            Rotation.@Nullable Span span,
            String afterTenant,
            @Nullable Instant completedAt) {}

    /// @param statements ranges to add up, by statement
    /// @param last the last tenant; empty when there is none
    /// @param full whether more tenants may follow
    record Page(List<List<HourSumsQuery.Range>> statements, String last, boolean full) {}

    /// The months that the raw table has, which stay until the transaction ends.
    NavigableSet<YearMonth> keepMonths() throws SQLException {
        NavigableSet<YearMonth> months = new TreeSet<>();
        try (Statement statement = connection.createStatement()) {
            statement.execute(KEEP_MONTHS);
            try (ResultSet row = statement.executeQuery(MONTHS)) {
                while (row.next()) {
                    months.add(YearMonth.parse(row.getString(1).replace('_', '-')));
                }
            }
        }
        return months;
    }

    /// Empty when another instance is at it.
    Optional<Cursor> take(String scan) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(TAKE)) {
            query.setString(1, scan);
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    return Optional.empty();
                }
                Instant from = moment(row, 1);
                Instant to = moment(row, 2);
                Rotation.Span span = from == null || to == null ? null : new Rotation.Span(from, to);
                return Optional.of(new Cursor(span, row.getString(3), moment(row, 4)));
            }
        }
    }

    void save(String scan, Cursor cursor) throws SQLException {
        Rotation.Span span = cursor.span();
        Instant completedAt = cursor.completedAt();
        try (PreparedStatement update = connection.prepareStatement(SAVE)) {
            update.setObject(1, span == null ? null : Times.of(span.from()), Types.TIMESTAMP_WITH_TIMEZONE);
            update.setObject(2, span == null ? null : Times.of(span.to()), Types.TIMESTAMP_WITH_TIMEZONE);
            update.setString(3, cursor.afterTenant());
            update.setObject(4, completedAt == null ? null : Times.of(completedAt), Types.TIMESTAMP_WITH_TIMEZONE);
            update.setString(5, scan);
            update.executeUpdate();
        }
    }

    /// Notes what a page came to.
    void count(String scan, long hoursCompared, long rangesUnchecked, Instant now) throws SQLException {
        try (PreparedStatement update = connection.prepareStatement(COUNT)) {
            update.setObject(1, Times.of(now));
            update.setLong(2, hoursCompared);
            update.setLong(3, rangesUnchecked);
            update.setString(4, scan);
            update.executeUpdate();
        }
    }

    /// The next tenants of the span, as many as have `hoursMax` hours together, but at least one.
    Page page(Rotation.Span span, String afterTenant, int hoursMax) throws SQLException {
        int tenantsMax = Math.max(1, hoursMax / Math.max(1, span.hours()));
        List<List<HourSumsQuery.Range>> statements = new ArrayList<>();
        List<HourSumsQuery.Range> statement = new ArrayList<>();
        long rows = 0;
        int tenants = 0;
        String last = "";
        try (PreparedStatement query = connection.prepareStatement(TENANTS)) {
            query.setString(1, afterTenant);
            query.setObject(2, Times.of(Rotation.start(span.month())));
            query.setObject(3, Times.of(Rotation.start(span.month().plusMonths(1))));
            query.setObject(4, Times.of(span.from()));
            query.setObject(5, Times.of(span.to()));
            query.setInt(6, tenantsMax);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    last = row.getString(1);
                    tenants++;
                    long expected = row.getLong(2);
                    if (expected > ROWS_PER_STATEMENT) {
                        statements.addAll(hourByHour(last, span));
                        continue;
                    }
                    if (rows + expected > ROWS_PER_STATEMENT) {
                        statements.add(statement);
                        statement = new ArrayList<>();
                        rows = 0;
                    }
                    statement.add(new HourSumsQuery.Range(
                            last, span.from().toEpochMilli(), span.to().toEpochMilli()));
                    rows += expected;
                }
            }
        }
        if (!statement.isEmpty()) {
            statements.add(statement);
        }
        return new Page(statements, last, tenants == tenantsMax);
    }

    private static List<List<HourSumsQuery.Range>> hourByHour(String tenantId, Rotation.Span span) {
        List<List<HourSumsQuery.Range>> hours = new ArrayList<>();
        long hourMs = Hours.HOUR_MS;
        for (long from = span.from().toEpochMilli(); from < span.to().toEpochMilli(); from += hourMs) {
            hours.add(List.of(new HourSumsQuery.Range(tenantId, from, from + hourMs)));
        }
        return hours;
    }

    private static @Nullable Instant moment(ResultSet row, int column) throws SQLException {
        OffsetDateTime moment = row.getObject(column, OffsetDateTime.class);
        return moment == null ? null : moment.toInstant();
    }
}
