package dev.tollgate.billing.run;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A tenant within a run.
///
/// @param reason why the tenant is held or parked; null otherwise
/// @param attemptedAt null while nobody has tried
public record RunItem(
        String tenantId,
        ItemState state,
        @Nullable String reason,
        @Nullable UUID periodId,
        @Nullable Instant attemptedAt) {}
