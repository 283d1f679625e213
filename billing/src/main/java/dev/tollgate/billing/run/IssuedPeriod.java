package dev.tollgate.billing.run;

import dev.tollgate.billing.invoice.Invoice;
import dev.tollgate.billing.invoice.InvoiceLine;
import dev.tollgate.billing.invoice.InvoiceNumber;
import dev.tollgate.billing.period.ClosedPeriod;
import dev.tollgate.schema.contract.BillingEvent;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneId;
import java.util.List;
import java.util.UUID;

/// A closed period on its way to its invoice, which gets its number last.
public record IssuedPeriod(ClosedPeriod period, UUID invoiceId, List<InvoiceLine> lines) {

    public IssuedPeriod {
        lines = List.copyOf(lines);
    }

    public static IssuedPeriod of(PeriodDraft draft, UUID periodId, UUID invoiceId, UUID runId, Instant at) {
        return new IssuedPeriod(draft.close(periodId, runId, at), invoiceId, draft.lines());
    }

    /// @param paymentDays from the day of issue, in the tenant's time zone, to the day on which payment is due
    public Invoice invoice(String series, long ordinal, int paymentDays) {
        Instant issuedAt = period.invoiceGeneratedAt();
        LocalDate issuedOn = LocalDate.ofInstant(issuedAt, ZoneId.of(period.timeZone()));
        return new Invoice(
                invoiceId,
                InvoiceNumber.of(series, ordinal),
                period.tenantId(),
                period.id(),
                Invoice.REGULAR,
                period.currency(),
                period.totalAmountCents(),
                issuedAt,
                issuedOn.plusDays(paymentDays),
                lines);
    }

    public BillingEvent event(UUID eventId, Invoice invoice) {
        return new BillingEvent(
                eventId,
                BillingEvent.INVOICE_ISSUED,
                period.tenantId(),
                invoice.issuedAt(),
                invoice.number(),
                invoice.id(),
                period.start().toString(),
                period.end().toString(),
                invoice.currency(),
                invoice.totalCents());
    }
}
