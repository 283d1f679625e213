package dev.tollgate.billing.invoice.postgres;

import dev.tollgate.billing.invoice.InvoiceLine;
import dev.tollgate.billing.invoice.InvoiceSummary;
import dev.tollgate.billing.period.ClosedPeriod;
import dev.tollgate.billing.period.postgres.Sql;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/// Reads issued invoices.
public final class PostgresInvoices {

    private static final String COLUMNS = """
            SELECT i.invoice_id, i.invoice_number, i.kind, i.currency AS invoice_currency, i.total_cents, i.issued_at,
                i.due_on, i.canonical_hash AS invoice_hash, p.*
            FROM invoices i JOIN tenant_billing_periods p ON p.id = i.period_id
            """;

    private static final String LIST = COLUMNS + """
            WHERE (?::date IS NULL OR p.period_start = ?) AND (?::text IS NULL OR i.tenant_id = ?)
                AND (?::uuid IS NULL OR i.invoice_id > ?)
            ORDER BY i.invoice_id LIMIT ?""";

    private static final String BY_ID = COLUMNS + "WHERE i.invoice_id = ?";
    private static final String BY_NUMBER = COLUMNS + "WHERE i.invoice_number = ?";
    private static final String LINES = "SELECT * FROM invoice_lines WHERE invoice_id = ? ORDER BY line_no";

    private final DataSource database;

    public PostgresInvoices(DataSource database) {
        this.database = database;
    }

    /// Invoices by id, which follows the time of issue, after an invoice.
    ///
    /// @param month of the period
    public List<InvoiceSummary> list(
            Optional<YearMonth> month, Optional<String> tenantId, Optional<UUID> after, int limit) throws SQLException {
        List<InvoiceSummary> invoices = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(LIST)) {
            LocalDate start = month.map(m -> m.atDay(1)).orElse(null);
            query.setObject(1, start);
            query.setObject(2, start);
            query.setString(3, tenantId.orElse(null));
            query.setString(4, tenantId.orElse(null));
            query.setObject(5, after.orElse(null));
            query.setObject(6, after.orElse(null));
            query.setInt(7, limit);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    invoices.add(summary(row));
                }
            }
        }
        return invoices;
    }

    public Optional<InvoiceSummary> byId(UUID invoiceId) throws SQLException {
        return find(BY_ID, invoiceId);
    }

    public Optional<InvoiceSummary> byNumber(String number) throws SQLException {
        return find(BY_NUMBER, number);
    }

    public List<InvoiceLine> lines(UUID invoiceId) throws SQLException {
        List<InvoiceLine> lines = new ArrayList<>();
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(LINES)) {
            query.setObject(1, invoiceId);
            try (ResultSet row = query.executeQuery()) {
                while (row.next()) {
                    lines.add(line(row));
                }
            }
        }
        return lines;
    }

    private Optional<InvoiceSummary> find(String sql, Object key) throws SQLException {
        try (Connection connection = database.getConnection();
                PreparedStatement query = connection.prepareStatement(sql)) {
            query.setObject(1, key);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? Optional.of(summary(row)) : Optional.empty();
            }
        }
    }

    private static InvoiceSummary summary(ResultSet row) throws SQLException {
        return new InvoiceSummary(
                row.getObject("invoice_id", UUID.class),
                row.getString("invoice_number"),
                row.getString("kind"),
                row.getString("invoice_currency"),
                row.getLong("total_cents"),
                Sql.instant(row, "issued_at"),
                row.getObject("due_on", LocalDate.class),
                HexFormat.of().formatHex(row.getBytes("invoice_hash")),
                period(row),
                HexFormat.of().formatHex(row.getBytes("canonical_hash")),
                row.getString("invoice_status"),
                Sql.moment(row, "payment_received_at").orElse(null));
    }

    private static ClosedPeriod period(ResultSet row) throws SQLException {
        return new ClosedPeriod(
                row.getObject("id", UUID.class),
                row.getString("tenant_id"),
                row.getObject("period_start", LocalDate.class),
                row.getObject("period_end", LocalDate.class),
                row.getString("time_zone"),
                Sql.instant(row, "starts_at"),
                Sql.instant(row, "ends_at"),
                row.getLong("cut_position"),
                row.getLong("event_count"),
                row.getLong("fingerprint"),
                row.getLong("total_requests"),
                row.getLong("total_units"),
                row.getLong("total_db_queries"),
                row.getLong("total_storage_mb"),
                row.getLong("total_ai_requests"),
                row.getLong("avg_response_time_ms"),
                row.getString("currency"),
                row.getLong("base_fee_cents"),
                row.getLong("overage_requests"),
                row.getLong("overage_charges_cents"),
                row.getLong("total_amount_cents"),
                Sql.instant(row, "invoice_generated_at"),
                row.getObject("run_id", UUID.class));
    }

    private static InvoiceLine line(ResultSet row) throws SQLException {
        @Nullable UUID adjusts = row.getObject("adjusts_period_id", UUID.class);
        return new InvoiceLine(
                row.getInt("line_no"),
                row.getString("kind"),
                row.getString("code"),
                row.getString("description"),
                row.getString("plan_id"),
                row.getInt("plan_version"),
                row.getString("model"),
                row.getString("meter"),
                row.getLong("quantity"),
                row.getLong("included_quantity"),
                row.getLong("billed_quantity"),
                row.getLong("unit_amount_cents"),
                row.getLong("per_quantity"),
                row.getLong("amount_cents"),
                Sql.instant(row, "covers_from"),
                Sql.instant(row, "covers_to"),
                row.getLong("event_count"),
                row.getLong("event_units"),
                row.getLong("fingerprint"),
                row.getLong("position_from"),
                row.getLong("position_to"),
                adjusts);
    }
}
