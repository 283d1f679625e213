package dev.tollgate.billing.invoice.http;

import dev.tollgate.billing.period.ClosedPeriod;
import java.time.Instant;
import java.time.LocalDate;
import java.util.UUID;

/// A closed period as JSON. Fingerprints and log positions have 64 bits, which JSON numbers do not carry: strings.
record PeriodView(
        UUID periodId,
        LocalDate start,
        LocalDate end,
        String timeZone,
        Instant startsAt,
        Instant endsAt,
        String cutPosition,
        long eventCount,
        String fingerprint,
        long requests,
        long units,
        long dbQueries,
        long storageMb,
        long aiRequests,
        long avgResponseTimeMs,
        long baseFeeCents,
        long overageRequests,
        long overageChargesCents,
        UUID runId,
        String canonicalHash) {

    static PeriodView of(ClosedPeriod period, String canonicalHash) {
        return new PeriodView(
                period.id(),
                period.start(),
                period.end(),
                period.timeZone(),
                period.startsAt(),
                period.endsAt(),
                Long.toString(period.cutPosition()),
                period.eventCount(),
                Long.toString(period.fingerprint()),
                period.totalRequests(),
                period.totalUnits(),
                period.totalDbQueries(),
                period.totalStorageMb(),
                period.totalAiRequests(),
                period.avgResponseTimeMs(),
                period.baseFeeCents(),
                period.overageRequests(),
                period.overageChargesCents(),
                period.runId(),
                canonicalHash);
    }
}
