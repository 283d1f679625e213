package dev.tollgate.billing.period;

import dev.tollgate.billing.plan.DayRange;
import dev.tollgate.billing.plan.PlanCalendar;
import dev.tollgate.billing.plan.PlanSpan;
import dev.tollgate.billing.rating.Rated;
import dev.tollgate.billing.rating.RatedSpan;
import dev.tollgate.billing.rating.Rating;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// A period with the plans of its days.
public record PlannedPeriod(BillingPeriod period, PlanCalendar.Planned plan) {

    public String tenantId() {
        return period.tenantId();
    }

    /// The parts of the period to count on their own; together they are the whole period.
    public List<UsageSpan> usageSpans() {
        List<UsageSpan> spans = new ArrayList<>();
        for (int i = 0; i < plan.spans().size(); i++) {
            PlanSpan span = plan.spans().get(i);
            spans.add(new UsageSpan(i, period.startOf(span.from()), period.startOf(span.until())));
        }
        for (int i = 0; i < plan.gaps().size(); i++) {
            DayRange gap = plan.gaps().get(i);
            spans.add(new UsageSpan(-1 - i, period.startOf(gap.from()), period.startOf(gap.until())));
        }
        return spans;
    }

    /// Why the period cannot be rated; empty when it can.
    public Optional<String> obstacle(Map<Integer, SpanUsage> usage) {
        for (int i = 0; i < plan.gaps().size(); i++) {
            long events = usage.getOrDefault(-1 - i, SpanUsage.NONE).eventCount();
            if (events > 0) {
                DayRange gap = plan.gaps().get(i);
                return Optional.of("has no plan from " + gap.from() + " to "
                        + gap.until().minusDays(1) + ", but " + events + " events on these days");
            }
        }
        return plan.spans().isEmpty() ? Optional.of("has no plan in " + period.month()) : Optional.empty();
    }

    /// Throws `ArithmeticException` when an amount passes 64 bits.
    public Rated rate(Map<Integer, SpanUsage> usage) {
        List<RatedSpan> rated = new ArrayList<>();
        for (int i = 0; i < plan.spans().size(); i++) {
            rated.add(new RatedSpan(
                    plan.spans().get(i), usage.getOrDefault(i, SpanUsage.NONE).metered()));
        }
        return Rating.rate(rated, period.days());
    }

    /// The currency of all plans of the period; asked only when there is one.
    public String currency() {
        return plan.spans().getFirst().plan().currency();
    }
}
