package dev.tollgate.billing.invoice;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.SpanUsage;
import dev.tollgate.billing.period.TenantFacts;
import dev.tollgate.billing.plan.PlanAssignment;
import dev.tollgate.billing.plan.PlanCalendar;
import dev.tollgate.billing.plan.PlanCatalog;
import dev.tollgate.billing.rating.Rated;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// A tenant's open month before its usage is known.
///
/// @param planned empty when the month cannot be rated, whatever the usage
/// @param obstacle why; null when `planned` is there
public record UpcomingRating(
        BillingPeriod period,
        Optional<PlannedPeriod> planned,
        @Nullable String obstacle) {

    public static UpcomingRating of(
            TenantFacts facts, YearMonth month, PlanCatalog catalog, List<PlanAssignment> assignments) {
        return switch (facts.bounds(month)) {
            case TenantFacts.Bounds.Impossible(String reason) -> impossible(inUtc(facts.tenantId(), month), reason);
            case TenantFacts.Bounds.Known(BillingPeriod period) -> of(period, catalog, assignments);
        };
    }

    private static UpcomingRating of(BillingPeriod period, PlanCatalog catalog, List<PlanAssignment> assignments) {
        return switch (PlanCalendar.of(catalog, assignments, period.firstDay(), period.endDay())) {
            case PlanCalendar.Unusable(String reason) -> impossible(period, reason);
            case PlanCalendar.Planned plan ->
                new UpcomingRating(period, Optional.of(new PlannedPeriod(period, plan)), null);
        };
    }

    public String tenantId() {
        return period.tenantId();
    }

    /// @param usage by `UsageSpan.spanNo`
    public UpcomingInvoice rate(Map<Integer, SpanUsage> usage) {
        return planned.map(open -> rate(open, usage))
                .orElseGet(() -> unrated(period, SpanUsage.NONE, null, String.valueOf(obstacle)));
    }

    private static UpcomingInvoice rate(PlannedPeriod planned, Map<Integer, SpanUsage> usage) {
        SpanUsage total = usage.values().stream().reduce(SpanUsage.NONE, SpanUsage::plus);
        @Nullable
        String planId = planned.plan().spans().isEmpty()
                ? null
                : planned.plan().spans().getLast().plan().planId();
        Optional<String> obstacle = planned.obstacle(usage);
        if (obstacle.isPresent()) {
            return unrated(planned.period(), total, planId, obstacle.get());
        }
        try {
            Rated rated = planned.rate(usage);
            return new UpcomingInvoice(
                    planned.period(), planId, planned.currency(), total, rated.totalCents(), rated.lines(), null);
        } catch (ArithmeticException beyond64Bits) {
            return unrated(planned.period(), total, planId, "its total passes 64 bits");
        }
    }

    private static UpcomingRating impossible(BillingPeriod period, String reason) {
        return new UpcomingRating(period, Optional.empty(), reason);
    }

    private static BillingPeriod inUtc(String tenantId, YearMonth month) {
        return BillingPeriod.of(tenantId, month, ZoneOffset.UTC, Optional.empty());
    }

    private static UpcomingInvoice unrated(
            BillingPeriod period, SpanUsage usage, @Nullable String planId, String reason) {
        return new UpcomingInvoice(period, planId, null, usage, 0, List.of(), reason);
    }
}
