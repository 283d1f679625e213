package dev.tollgate.billing.run;

import dev.tollgate.billing.period.BillingPeriod;
import dev.tollgate.billing.period.CheckedUsage;
import dev.tollgate.billing.period.PlannedPeriod;
import dev.tollgate.billing.period.TenantFacts;
import dev.tollgate.billing.plan.PlanAssignment;
import dev.tollgate.billing.plan.PlanCalendar;
import dev.tollgate.billing.plan.PlanCatalog;
import dev.tollgate.billing.rating.Rated;
import java.time.Instant;
import java.time.YearMonth;
import java.util.List;
import java.util.Optional;

/// The rules by which a tenant's month is closed, held or parked.
public final class TenantClosing {

    /// The largest total: what JSON numbers carry exactly.
    public static final long TOTAL_CENTS_MAX = (1L << 53) - 1;

    private TenantClosing() {}

    /// How a tenant stands before its usage is looked at.
    public sealed interface Prospect {
        /// Only the usage is left to be looked at.
        record Open(PlannedPeriod planned) implements Prospect {}

        record Decided(Decision decision) implements Prospect {}
    }

    public static Prospect prospect(
            TenantFacts facts, YearMonth month, PlanCatalog catalog, List<PlanAssignment> assignments, Instant now) {
        String tenantId = facts.tenantId();
        if (facts.closedPeriod().isPresent()) {
            return decided(
                    new Decision.AlreadyClosed(tenantId, facts.closedPeriod().get()));
        }
        return switch (facts.bounds(month)) {
            case TenantFacts.Bounds.Impossible(String reason) -> decided(new Decision.Parked(tenantId, reason));
            case TenantFacts.Bounds.Known(BillingPeriod period) -> prospect(period, catalog, assignments, now);
        };
    }

    private static Prospect prospect(
            BillingPeriod period, PlanCatalog catalog, List<PlanAssignment> assignments, Instant now) {
        if (now.isBefore(period.endsAt())) {
            String reason = "its month ends at " + period.endsAt() + " (" + period.zone() + ")";
            return decided(new Decision.Held(period.tenantId(), reason));
        }
        return switch (PlanCalendar.of(catalog, assignments, period.firstDay(), period.endDay())) {
            case PlanCalendar.Unusable(String reason) -> decided(new Decision.Parked(period.tenantId(), reason));
            case PlanCalendar.Planned plan -> new Prospect.Open(new PlannedPeriod(period, plan));
        };
    }

    /// @param blocker why everything that ends with this period must wait
    /// @param staleHours why this tenant's buckets must wait
    public static Decision decide(
            PlannedPeriod planned,
            Optional<String> blocker,
            Optional<String> staleHours,
            CheckedUsage usage,
            long cutPosition) {
        Optional<String> hold = blocker.or(() -> staleHours).or(usage::difference);
        if (hold.isPresent()) {
            return new Decision.Held(planned.tenantId(), hold.get());
        }
        Optional<String> obstacle = planned.obstacle(usage.bySpan());
        if (obstacle.isPresent()) {
            return new Decision.Parked(planned.tenantId(), obstacle.get());
        }
        try {
            Rated rated = planned.rate(usage.bySpan());
            return rated.totalCents() > TOTAL_CENTS_MAX
                    ? tooLarge(planned)
                    : new Decision.Close(new PeriodDraft(planned, cutPosition, usage.bySpan(), rated));
        } catch (ArithmeticException beyond64Bits) {
            return tooLarge(planned);
        }
    }

    private static Decision tooLarge(PlannedPeriod planned) {
        return new Decision.Parked(planned.tenantId(), "its total passes " + TOTAL_CENTS_MAX + " cents");
    }

    private static Prospect decided(Decision decision) {
        return new Prospect.Decided(decision);
    }
}
