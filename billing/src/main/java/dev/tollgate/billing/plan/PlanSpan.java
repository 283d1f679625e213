package dev.tollgate.billing.plan;

import java.time.LocalDate;
import java.time.temporal.ChronoUnit;

/// A plan version in force on the local days `[from, until)` of a period.
public record PlanSpan(PlanVersion plan, LocalDate from, LocalDate until) {

    public PlanSpan {
        if (!from.isBefore(until)) {
            throw new IllegalArgumentException("a span needs a day, but " + from + " is not before " + until);
        }
    }

    public long days() {
        return ChronoUnit.DAYS.between(from, until);
    }
}
