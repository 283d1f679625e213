package dev.tollgate.billing.run.http;

import dev.tollgate.billing.run.BillingRun;
import dev.tollgate.billing.run.ItemState;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// A run as JSON.
record RunView(
        UUID runId,
        String month,
        String status,
        String startedBy,
        Instant startedAt,
        @Nullable Instant completedAt,
        Map<String, Long> items) {

    static RunView of(BillingRun run) {
        Map<String, Long> items = new LinkedHashMap<>();
        for (ItemState state : ItemState.values()) {
            items.put(state.wireName(), run.items().getOrDefault(state, 0L));
        }
        return new RunView(
                run.runId(),
                run.month().toString(),
                run.status(),
                run.startedBy(),
                run.startedAt(),
                run.completedAt(),
                items);
    }
}
