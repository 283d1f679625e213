package dev.tollgate.billing.invoice.http;

import dev.tollgate.billing.invoice.UpcomingInvoice;
import dev.tollgate.billing.plan.Meter;
import dev.tollgate.billing.rating.RatedLine;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// What an open period would cost, as JSON.
///
/// @param requests billable ones
/// @param errors requests answered with 4xx or 5xx
/// @param totalCents absent, as the currency, when `notRated` says why there is none
record UpcomingView(
        String tenantId,
        String month,
        Instant startsAt,
        Instant endsAt,
        @Nullable String planId,
        @Nullable String currency,
        long requests,
        long units,
        long errors,
        @Nullable Long totalCents,
        List<UpcomingLineView> lines,
        @Nullable String notRated) {

    static UpcomingView of(UpcomingInvoice upcoming) {
        return new UpcomingView(
                upcoming.period().tenantId(),
                upcoming.period().month().toString(),
                upcoming.period().startsAt(),
                upcoming.period().endsAt(),
                upcoming.planId(),
                upcoming.currency(),
                upcoming.usage().billableRequests(),
                upcoming.usage().units(),
                upcoming.usage().failedRequests(),
                upcoming.obstacle() == null ? upcoming.totalCents() : null,
                upcoming.lines().stream().map(UpcomingLineView::of).toList(),
                upcoming.obstacle());
    }

    /// A rated line as JSON.
    record UpcomingLineView(
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
            long amountCents) {

        static UpcomingLineView of(RatedLine line) {
            Meter meter = line.meter();
            return new UpcomingLineView(
                    line.code(),
                    line.description(),
                    line.planId(),
                    line.planVersion(),
                    line.model(),
                    meter == null ? null : meter.wireName(),
                    line.quantity(),
                    line.includedQuantity(),
                    line.billedQuantity(),
                    line.unitAmountCents(),
                    line.perQuantity(),
                    line.amountCents());
        }
    }
}
