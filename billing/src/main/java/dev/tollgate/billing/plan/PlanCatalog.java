package dev.tollgate.billing.plan;

import java.time.LocalDate;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/// Every version of every plan. A version whose stored charges make no sense stays in the catalog as broken, so that
/// it parks its own tenants and nobody else.
public final class PlanCatalog {

    /// A version as found: usable, or not and why.
    public sealed interface Entry {
        String planId();

        LocalDate effectiveFrom();

        record Usable(PlanVersion plan) implements Entry {
            @Override
            public String planId() {
                return plan.planId();
            }

            @Override
            public LocalDate effectiveFrom() {
                return plan.effectiveFrom();
            }
        }

        record Broken(String planId, int version, LocalDate effectiveFrom, String reason) implements Entry {}
    }

    private final Map<String, List<Entry>> newestFirstByPlan;

    public PlanCatalog(List<? extends Entry> entries) {
        this.newestFirstByPlan = entries.stream()
                .sorted(Comparator.comparing(Entry::effectiveFrom).reversed())
                .collect(Collectors.groupingBy(
                        Entry::planId, Collectors.mapping(Entry.class::cast, Collectors.toList())));
    }

    /// The version in force on a day: the one with the latest start up to that day.
    public Optional<Entry> inForce(String planId, LocalDate day) {
        return newestFirstByPlan.getOrDefault(planId, List.of()).stream()
                .filter(entry -> !entry.effectiveFrom().isAfter(day))
                .findFirst();
    }
}
