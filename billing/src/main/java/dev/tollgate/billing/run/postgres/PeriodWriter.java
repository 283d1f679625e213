package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.invoice.CanonicalText;
import dev.tollgate.billing.invoice.Invoice;
import dev.tollgate.billing.invoice.InvoiceLine;
import dev.tollgate.billing.period.ClosedPeriod;
import dev.tollgate.billing.period.postgres.Sql;
import dev.tollgate.billing.run.IssuedPeriod;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.UUID;

/// Writes a period with the lines of its invoice, and later the invoice itself, in the caller's transaction.
final class PeriodWriter {

    private static final String PERIOD = """
            INSERT INTO tenant_billing_periods (id, tenant_id, period_start, period_end, time_zone, starts_at, ends_at,
                cut_position, event_count, fingerprint, total_requests, total_units, total_db_queries,
                total_storage_mb, total_ai_requests, avg_response_time_ms, currency, base_fee_cents, overage_requests,
                overage_charges_cents, total_amount_cents, invoice_generated_at, run_id, canonical_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
            ON CONFLICT (tenant_id, period_start) DO NOTHING""";

    private static final String EXISTING =
            "SELECT id FROM tenant_billing_periods WHERE tenant_id = ? AND period_start = ?";

    private static final String LINE = """
            INSERT INTO invoice_lines (invoice_id, line_no, tenant_id, kind, code, description, plan_id, plan_version,
                model, meter, quantity, included_quantity, billed_quantity, unit_amount_cents, per_quantity,
                amount_cents, covers_from, covers_to, event_count, event_units, fingerprint, position_from,
                position_to, adjusts_period_id)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private static final String INVOICE = """
            INSERT INTO invoices (invoice_id, invoice_number, tenant_id, period_id, kind, currency, total_cents,
                issued_at, due_on, canonical_hash)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)""";

    private PeriodWriter() {}

    /// False, and nothing written, when the tenant's month is closed already.
    static boolean insertPeriod(Connection connection, ClosedPeriod period) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(PERIOD)) {
            Binder row = new Binder(insert)
                    .object(period.id())
                    .text(period.tenantId())
                    .object(period.start())
                    .object(period.end())
                    .text(period.timeZone())
                    .object(Sql.moment(period.startsAt()))
                    .object(Sql.moment(period.endsAt()))
                    .number(period.cutPosition())
                    .number(period.eventCount())
                    .number(period.fingerprint())
                    .number(period.totalRequests())
                    .number(period.totalUnits())
                    .number(period.totalDbQueries())
                    .number(period.totalStorageMb())
                    .number(period.totalAiRequests())
                    .number(period.avgResponseTimeMs())
                    .text(period.currency())
                    .number(period.baseFeeCents())
                    .number(period.overageRequests())
                    .number(period.overageChargesCents())
                    .number(period.totalAmountCents())
                    .object(Sql.moment(period.invoiceGeneratedAt()))
                    .object(period.runId());
            row.bytes(CanonicalText.sha256(CanonicalText.of(period)));
            return insert.executeUpdate() == 1;
        }
    }

    static UUID existingPeriod(Connection connection, ClosedPeriod period) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(EXISTING)) {
            query.setString(1, period.tenantId());
            query.setObject(2, period.start());
            try (ResultSet row = query.executeQuery()) {
                if (!row.next()) {
                    throw new IllegalStateException("tenant " + period.tenantId() + ": the closed period vanished");
                }
                return row.getObject("id", UUID.class);
            }
        }
    }

    static void insertLines(Connection connection, IssuedPeriod issued) throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(LINE)) {
            for (InvoiceLine line : issued.lines()) {
                line(new Binder(insert), issued, line);
                insert.addBatch();
            }
            insert.executeBatch();
        }
    }

    private static void line(Binder row, IssuedPeriod issued, InvoiceLine line) throws SQLException {
        Binder bound = row.object(issued.invoiceId())
                .number(line.lineNo())
                .text(issued.period().tenantId())
                .text(line.kind())
                .text(line.code())
                .text(line.description())
                .text(line.planId())
                .number(line.planVersion())
                .text(line.model())
                .text(line.meter())
                .number(line.quantity())
                .number(line.includedQuantity())
                .number(line.billedQuantity())
                .number(line.unitAmountCents())
                .number(line.perQuantity())
                .number(line.amountCents())
                .object(Sql.moment(line.coversFrom()))
                .object(Sql.moment(line.coversTo()))
                .number(line.eventCount())
                .number(line.eventUnits())
                .number(line.fingerprint())
                .number(line.positionFrom())
                .number(line.positionTo());
        bound.object(line.adjustsPeriodId());
    }

    static PreparedStatement invoiceInsert(Connection connection) throws SQLException {
        return connection.prepareStatement(INVOICE);
    }

    /// Adds an invoice to the batch of `invoiceInsert`.
    static void addInvoice(PreparedStatement insert, Invoice invoice) throws SQLException {
        Binder row = new Binder(insert)
                .object(invoice.id())
                .text(invoice.number())
                .text(invoice.tenantId())
                .object(invoice.periodId())
                .text(invoice.kind())
                .text(invoice.currency())
                .number(invoice.totalCents())
                .object(Sql.moment(invoice.issuedAt()))
                .object(invoice.dueOn());
        row.bytes(CanonicalText.sha256(CanonicalText.of(invoice)));
        insert.addBatch();
    }
}
