package dev.tollgate.billing.invoice.http;

import dev.tollgate.billing.invoice.InvoiceLine;
import dev.tollgate.billing.invoice.InvoiceSummary;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An issued invoice as JSON.
///
/// @param lines absent in lists
record InvoiceView(
        UUID invoiceId,
        String invoiceNumber,
        String tenantId,
        String month,
        String kind,
        String currency,
        long totalCents,
        Instant issuedAt,
        LocalDate dueOn,
        String status,
        @Nullable Instant paymentReceivedAt,
        String canonicalHash,
        PeriodView period,
        @Nullable List<InvoiceLineView> lines) {

    private static final int MONTH_CHARS = 7;

    static InvoiceView summary(InvoiceSummary invoice) {
        return of(invoice, null);
    }

    static InvoiceView full(InvoiceSummary invoice, List<InvoiceLine> lines) {
        return of(
                invoice,
                invoice.withLines(lines).lines().stream()
                        .map(InvoiceLineView::of)
                        .toList());
    }

    private static InvoiceView of(InvoiceSummary invoice, @Nullable List<InvoiceLineView> lines) {
        return new InvoiceView(
                invoice.id(),
                invoice.number(),
                invoice.period().tenantId(),
                invoice.period().start().toString().substring(0, MONTH_CHARS),
                invoice.kind(),
                invoice.currency(),
                invoice.totalCents(),
                invoice.issuedAt(),
                invoice.dueOn(),
                invoice.status(),
                invoice.paymentReceivedAt(),
                invoice.canonicalHash(),
                PeriodView.of(invoice.period(), invoice.periodHash()),
                lines);
    }
}
