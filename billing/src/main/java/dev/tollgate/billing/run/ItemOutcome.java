package dev.tollgate.billing.run;

import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// What a run records about a tenant.
public record ItemOutcome(
        String tenantId,
        ItemState state,
        @Nullable String reason,
        @Nullable UUID periodId) {

    public static ItemOutcome closed(String tenantId, UUID periodId) {
        return new ItemOutcome(tenantId, ItemState.CLOSED, null, periodId);
    }

    public static ItemOutcome alreadyClosed(String tenantId, UUID periodId) {
        return new ItemOutcome(tenantId, ItemState.ALREADY_CLOSED, null, periodId);
    }

    public static ItemOutcome held(String tenantId, String reason) {
        return new ItemOutcome(tenantId, ItemState.HELD, reason, null);
    }

    public static ItemOutcome parked(String tenantId, String reason) {
        return new ItemOutcome(tenantId, ItemState.PARKED, reason, null);
    }
}
