package dev.tollgate.billing.invoice;

import dev.tollgate.billing.period.ClosedPeriod;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// An issued invoice without its lines, with its period and what became of it.
///
/// @param canonicalHash SHA-256 of the invoice's canonical text, in hex
/// @param periodHash the same of the period
/// @param status payment state of the period: `pending`, `paid`, `overdue`, `cancelled` or `refunded`
public record InvoiceSummary(
        UUID id,
        String number,
        String kind,
        String currency,
        long totalCents,
        Instant issuedAt,
        LocalDate dueOn,
        String canonicalHash,
        ClosedPeriod period,
        String periodHash,
        String status,
        @Nullable Instant paymentReceivedAt) {

    /// The invoice as it was issued.
    public Invoice withLines(List<InvoiceLine> lines) {
        return new Invoice(
                id, number, period.tenantId(), period.id(), kind, currency, totalCents, issuedAt, dueOn, lines);
    }
}
