package dev.tollgate.billing.run;

import dev.tollgate.billing.invoice.InvoiceLine;
import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.ClosedPeriod;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.SpanUsage;
import dev.tollgate.billing.plan.Meter;
import dev.tollgate.billing.plan.PlanSpan;
import dev.tollgate.billing.rating.Rated;
import dev.tollgate.billing.rating.RatedLine;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/// A period that is ready to be closed: counted, checked and rated.
///
/// @param usage by `UsageSpan.spanNo`
public record PeriodDraft(PlannedPeriod planned, long cutPosition, Map<Integer, SpanUsage> usage, Rated rated) {

    public PeriodDraft {
        usage = Map.copyOf(usage);
    }

    public String tenantId() {
        return planned.tenantId();
    }

    public ClosedPeriod close(UUID periodId, UUID runId, Instant at) {
        BillingPeriod period = planned.period();
        SpanUsage total = usage.values().stream().reduce(SpanUsage.NONE, SpanUsage::plus);
        long baseFeeCents = rated.baseFeeCents();
        return new ClosedPeriod(
                periodId,
                period.tenantId(),
                period.firstDay(),
                period.endDay(),
                period.zone().getId(),
                period.startsAt(),
                period.endsAt(),
                cutPosition,
                total.eventCount(),
                total.fingerprint(),
                total.billableRequests(),
                total.units(),
                total.dbQueries(),
                total.storageMb(),
                total.aiRequests(),
                total.averageDurationMs(),
                planned.currency(),
                baseFeeCents,
                overageRequests(),
                Math.subtractExact(rated.totalCents(), baseFeeCents),
                rated.totalCents(),
                at,
                runId);
    }

    public List<InvoiceLine> lines() {
        List<InvoiceLine> lines = new ArrayList<>();
        for (RatedLine line : rated.lines()) {
            lines.add(line(lines.size() + 1, line));
        }
        return lines;
    }

    private InvoiceLine line(int lineNo, RatedLine line) {
        PlanSpan span = planned.plan().spans().get(line.spanNo());
        Meter meter = line.meter();
        SpanUsage proof = meter == null ? SpanUsage.NONE : usage.getOrDefault(line.spanNo(), SpanUsage.NONE);
        return new InvoiceLine(
                lineNo,
                InvoiceLine.CHARGE,
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
                line.amountCents(),
                planned.period().startOf(span.from()),
                planned.period().startOf(span.until()),
                proof.eventCount(),
                proof.units(),
                proof.fingerprint(),
                0,
                meter == null ? 0 : cutPosition,
                null);
    }

    private long overageRequests() {
        long requests = 0;
        for (RatedLine line : rated.lines()) {
            if (line.meter() == Meter.REQUESTS) {
                requests = Math.addExact(requests, line.billedQuantity());
            }
        }
        return requests;
    }
}
