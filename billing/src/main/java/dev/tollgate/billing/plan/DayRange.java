package dev.tollgate.billing.plan;

import java.time.LocalDate;

/// Local days, half-open.
public record DayRange(LocalDate from, LocalDate until) {}
