package dev.tollgate.billing.invoice;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.SpanUsage;
import dev.tollgate.billing.rating.RatedLine;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What a period that is not closed would cost as things stand.
///
/// @param planId of the period's last day with a plan; null without one
/// @param currency null when the period cannot be rated
/// @param obstacle why the period cannot be rated; null when it can
/// @param totalCents 0 when the period cannot be rated
public record UpcomingInvoice(
        BillingPeriod period,
        @Nullable String planId,
        @Nullable String currency,
        SpanUsage usage,
        long totalCents,
        List<RatedLine> lines,
        @Nullable String obstacle) {

    public UpcomingInvoice {
        lines = List.copyOf(lines);
    }
}
