package dev.tollgate.gateway.admin;

import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// The limits of a tenant in a span of time.
///
/// @param state `past`, `current` or `planned`
/// @param plan whose limits they began with; null when the tenant had none on that day
/// @param overridden the members of `limits` that differ from the plan's
/// @param until the first moment behind the span; null when it has no end
public record QuotaRow(
        UUID id,
        String state,
        @Nullable String plan,
        Limits limits,
        List<String> overridden,
        String enforcement,
        String slidingFallback,
        String calendarFallback,
        Instant from,
        @Nullable Instant until,
        Instant createdAt,
        String createdBy) {

    public QuotaRow {
        overridden = List.copyOf(overridden);
    }
}
