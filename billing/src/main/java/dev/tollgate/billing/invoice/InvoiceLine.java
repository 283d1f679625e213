package dev.tollgate.billing.invoice;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A line of an invoice. Its events are those of `[coversFrom, coversTo)` with log positions in
/// `[positionFrom, positionTo)`; count, units and fingerprint prove them. A line without a meter has no events: its
/// positions are both 0.
///
/// @param lineNo from 1
/// @param kind `charge` or `adjustment`
/// @param meter null for fees that no meter feeds
/// @param adjustsPeriodId the period that an adjustment corrects; null for charges
public record InvoiceLine(
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
        long fingerprint,
        long positionFrom,
        long positionTo,
        @Nullable UUID adjustsPeriodId) {

    public static final String CHARGE = "charge";
}
