package dev.tollgate.gateway.admin;

import java.time.Instant;
import java.time.LocalDate;
import org.jspecify.annotations.Nullable;

/// Which plan a tenant is billed by on which of its local days.
///
/// @param until the first day behind; null when it has no end
public record AssignmentRow(
        String plan, LocalDate from, @Nullable LocalDate until, Instant assignedAt, String assignedBy) {}
