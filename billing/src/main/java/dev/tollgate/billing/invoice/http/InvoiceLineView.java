package dev.tollgate.billing.invoice.http;

import dev.tollgate.billing.invoice.InvoiceLine;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A line as JSON, with what proves it. Fingerprints and log positions are strings, as in `PeriodView`.
record InvoiceLineView(
        int lineNo,
        String kind,
        String code,
        String description,
        String planId,
        int planVersion,
        String model,
        @Nullable String meter,
        long quantity,
        long includedQuantity,
        long billedQuantity,
        long unitAmountCents,
        long perQuantity,
        long amountCents,
        Instant coversFrom,
        Instant coversTo,
        long eventCount,
        long eventUnits,
        String fingerprint,
        String positionFrom,
        String positionTo,
        @Nullable UUID adjustsPeriodId) {

    static InvoiceLineView of(InvoiceLine line) {
        return new InvoiceLineView(
                line.lineNo(),
                line.kind(),
                line.code(),
                line.description(),
                line.planId(),
                line.planVersion(),
                line.model(),
                line.meter(),
                line.quantity(),
                line.includedQuantity(),
                line.billedQuantity(),
                line.unitAmountCents(),
                line.perQuantity(),
                line.amountCents(),
                line.coversFrom(),
                line.coversTo(),
                line.eventCount(),
                line.eventUnits(),
                Long.toString(line.fingerprint()),
                Long.toString(line.positionFrom()),
                Long.toString(line.positionTo()),
                line.adjustsPeriodId());
    }
}
