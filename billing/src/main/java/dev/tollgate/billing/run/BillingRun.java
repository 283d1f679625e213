package dev.tollgate.billing.run;

import java.time.Instant;
import java.time.YearMonth;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// One request to close a month for all tenants, and how far it is.
///
/// @param status `running` or `completed`
/// @param items how many tenants are in which state; every state has an entry
public record BillingRun(
        UUID runId,
        YearMonth month,
        String status,
        String startedBy,
        Instant startedAt,
        @Nullable Instant completedAt,
        Map<ItemState, Long> items) {

    public static final String RUNNING = "running";

    public BillingRun {
        items = Map.copyOf(items);
    }
}
