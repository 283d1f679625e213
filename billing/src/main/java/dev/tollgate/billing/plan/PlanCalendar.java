package dev.tollgate.billing.plan;

import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Which plan version rules on which days of a tenant's period.
public sealed interface PlanCalendar {

    /// @param spans days with a plan, in order; adjacent days of one version are one span
    /// @param gaps days without a plan, in order
    record Planned(List<PlanSpan> spans, List<DayRange> gaps) implements PlanCalendar {
        public Planned {
            spans = List.copyOf(spans);
            gaps = List.copyOf(gaps);
        }
    }

    /// The tenant cannot be rated in this period.
    record Unusable(String reason) implements PlanCalendar {}

    /// Lays assignments (which never overlap) and versions over the days `[from, until)`.
    static PlanCalendar of(PlanCatalog catalog, List<PlanAssignment> assignments, LocalDate from, LocalDate until) {
        List<PlanSpan> spans = new ArrayList<>();
        List<DayRange> gaps = new ArrayList<>();
        for (LocalDate day = from; day.isBefore(until); day = day.plusDays(1)) {
            Optional<PlanAssignment> assignment = on(assignments, day);
            if (assignment.isEmpty()) {
                extendGap(gaps, day);
                continue;
            }
            String planId = assignment.get().planId();
            Optional<PlanCatalog.Entry> entry = catalog.inForce(planId, day);
            if (entry.isEmpty()) {
                return new Unusable("plan " + planId + " has no version in force on " + day);
            }
            switch (entry.get()) {
                case PlanCatalog.Entry.Usable(PlanVersion plan) -> extendSpan(spans, plan, day);
                case PlanCatalog.Entry.Broken broken -> {
                    return new Unusable("plan " + planId + " version " + broken.version() + ": " + broken.reason());
                }
            }
        }
        return oneCurrency(new Planned(spans, gaps));
    }

    private static PlanCalendar oneCurrency(Planned planned) {
        List<String> currencies = planned.spans().stream()
                .map(span -> span.plan().currency())
                .distinct()
                .toList();
        return currencies.size() > 1 ? new Unusable("its plans have several currencies: " + currencies) : planned;
    }

    private static Optional<PlanAssignment> on(List<PlanAssignment> assignments, LocalDate day) {
        return assignments.stream()
                .filter(a -> !day.isBefore(a.from()) && day.isBefore(a.until()))
                .findFirst();
    }

    private static void extendSpan(List<PlanSpan> spans, PlanVersion plan, LocalDate day) {
        if (!spans.isEmpty()) {
            PlanSpan last = spans.getLast();
            if (last.until().equals(day) && last.plan().equals(plan)) {
                spans.set(spans.size() - 1, new PlanSpan(plan, last.from(), day.plusDays(1)));
                return;
            }
        }
        spans.add(new PlanSpan(plan, day, day.plusDays(1)));
    }

    private static void extendGap(List<DayRange> gaps, LocalDate day) {
        if (!gaps.isEmpty() && gaps.getLast().until().equals(day)) {
            gaps.set(gaps.size() - 1, new DayRange(gaps.getLast().from(), day.plusDays(1)));
            return;
        }
        gaps.add(new DayRange(day, day.plusDays(1)));
    }
}
