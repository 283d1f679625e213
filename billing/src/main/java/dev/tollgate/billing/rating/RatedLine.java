package dev.tollgate.billing.rating;

import dev.tollgate.billing.plan.Meter;
import org.jspecify.annotations.Nullable;

/// One line of a bill. Amounts are whole cents, net of tax.
///
/// @param spanNo which of the rated spans the line belongs to, from 0
/// @param meter null for flat fees and minimums
/// @param quantity what the meter read within the span
/// @param includedQuantity the allowance of the span, after proration
/// @param billedQuantity what is priced: the quantity, or one step's share of it, beyond the allowance
/// @param unitAmountCents price of each `perQuantity`
public record RatedLine(
        int spanNo,
        String planId,
        int planVersion,
        String code,
        String description,
        String model,
        @Nullable Meter meter,
        long quantity,
        long includedQuantity,
        long billedQuantity,
        long unitAmountCents,
        long perQuantity,
        long amountCents) {}
