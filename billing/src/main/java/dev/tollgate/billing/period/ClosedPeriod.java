package dev.tollgate.billing.period;

import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/// A closed month as it is stored and never changes again; only its payment state, which is not part of this, does.
///
/// @param start first local day
/// @param end the local day after the last
/// @param cutPosition the period's events have log positions below it
/// @param fingerprint of all events of the period
/// @param overageRequests requests beyond the allowances
/// @param overageChargesCents what all meters cost; with the base fee it is the total
public record ClosedPeriod(
        UUID id,
        String tenantId,
        LocalDate start,
        LocalDate end,
        String timeZone,
        Instant startsAt,
        Instant endsAt,
        long cutPosition,
        long eventCount,
        long fingerprint,
        long totalRequests,
        long totalUnits,
        long totalDbQueries,
        long totalStorageMb,
        long totalAiRequests,
        long avgResponseTimeMs,
        String currency,
        long baseFeeCents,
        long overageRequests,
        long overageChargesCents,
        long totalAmountCents,
        Instant invoiceGeneratedAt,
        UUID runId) {}
