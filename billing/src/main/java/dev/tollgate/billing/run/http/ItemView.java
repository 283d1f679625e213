package dev.tollgate.billing.run.http;

import dev.tollgate.billing.run.RunItem;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A tenant within a run as JSON.
record ItemView(
        String tenantId,
        String state,
        @Nullable String reason,
        @Nullable UUID periodId,
        @Nullable Instant attemptedAt) {

    static ItemView of(RunItem item) {
        return new ItemView(
                item.tenantId(), item.state().wireName(), item.reason(), item.periodId(), item.attemptedAt());
    }
}
