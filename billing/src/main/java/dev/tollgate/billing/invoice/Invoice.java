package dev.tollgate.billing.invoice;

import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;

/// An issued invoice, net of tax. The lines' amounts sum to the total.
///
/// @param kind `regular`, or `supplementary` for a tenant that has left
public record Invoice(
        UUID id,
        String number,
        String tenantId,
        UUID periodId,
        String kind,
        String currency,
        long totalCents,
        Instant issuedAt,
        LocalDate dueOn,
        List<InvoiceLine> lines) {

    public static final String REGULAR = "regular";

    public Invoice {
        lines = List.copyOf(lines);
        long sum = 0;
        for (InvoiceLine line : lines) {
            sum = Math.addExact(sum, line.amountCents());
        }
        if (sum != totalCents) {
            throw new IllegalArgumentException(
                    "tenant " + tenantId + ": the lines sum to " + sum + " and not to " + totalCents);
        }
    }
}
