package dev.tollgate.billing.run.postgres;

import dev.tollgate.billing.invoice.Invoice;
import dev.tollgate.billing.invoice.InvoiceNumber;
import dev.tollgate.billing.run.IssuedPeriod;
import dev.tollgate.schema.contract.BillingEvent;
import dev.tollgate.schema.contract.BillingEventCodec;
import dev.tollgate.schema.contract.UuidV7;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.random.RandomGenerator;

/// Gives invoices their numbers: the last statements of a closing transaction. The counter's row stays locked until
/// the commit, so numbers follow each other without gaps, and the lock is held for as short as can be.
final class IssueWriter {

    private static final String TAKE_NUMBERS = """
            INSERT INTO invoice_number_series AS s (series, next_number) VALUES (?, 1 + ?)
            ON CONFLICT (series) DO UPDATE SET next_number = s.next_number + ?
            RETURNING next_number - ? AS first_number""";

    private static final String OUTBOX = "INSERT INTO billing_outbox (tenant_id, payload) VALUES (?, ?)";

    private final int paymentDays;
    private final RandomGenerator random;

    IssueWriter(int paymentDays, RandomGenerator random) {
        this.paymentDays = paymentDays;
        this.random = random;
    }

    void issue(Connection connection, List<IssuedPeriod> periods, Instant issuedAt) throws SQLException {
        if (periods.isEmpty()) {
            return;
        }
        String series = InvoiceNumber.series(issuedAt);
        long ordinal = takeNumbers(connection, series, periods.size());
        try (PreparedStatement invoices = PeriodWriter.invoiceInsert(connection);
                PreparedStatement outbox = connection.prepareStatement(OUTBOX)) {
            for (IssuedPeriod period : periods) {
                Invoice invoice = period.invoice(series, ordinal++, paymentDays);
                PeriodWriter.addInvoice(invoices, invoice);
                BillingEvent event = period.event(UuidV7.generate(issuedAt.toEpochMilli(), random), invoice);
                outbox.setString(1, event.tenantId());
                outbox.setBytes(2, BillingEventCodec.encode(event));
                outbox.addBatch();
            }
            invoices.executeBatch();
            outbox.executeBatch();
        }
    }

    private static long takeNumbers(Connection connection, String series, int count) throws SQLException {
        try (PreparedStatement take = connection.prepareStatement(TAKE_NUMBERS)) {
            take.setString(1, series);
            take.setLong(2, count);
            take.setLong(3, count);
            take.setLong(4, count);
            try (ResultSet row = take.executeQuery()) {
                row.next();
                return row.getLong("first_number");
            }
        }
    }
}
