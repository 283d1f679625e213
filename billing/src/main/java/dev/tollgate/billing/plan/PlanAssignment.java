package dev.tollgate.billing.plan;

import java.time.LocalDate;

/// The plan that a tenant has on its local days `[from, until)`.
///
/// @param until `LocalDate.MAX` while no end is set
public record PlanAssignment(String planId, LocalDate from, LocalDate until) {}
