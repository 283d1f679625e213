package dev.tollgate.billing.rating;

import dev.tollgate.billing.plan.PlanSpan;

/// A plan version's days and what was used on them: the input of rating.
public record RatedSpan(PlanSpan span, MeteredUsage usage) {}
