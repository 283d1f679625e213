package dev.tollgate.gateway.violation;

import dev.tollgate.schema.contract.FieldRules;
import dev.tollgate.schema.contract.QuotaViolation;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// Denials under one key since the last flush, with limit, value and path of the last. Whoever holds the key's place in
/// the map may touch it.
final class ViolationTally {

    private long denied;
    private long limit;
    private long current;
    private @Nullable String endpoint;

    /// What denials are counted by.
    ///
    /// @param route empty when there is none
    /// @param minute minutes since the epoch by the ledger's clock
    record Key(String tenantId, String quota, String route, long minute) {}

    static long minuteOf(long epochMs) {
        return Math.floorDiv(epochMs, TimeUnit.MINUTES.toMillis(1));
    }

    ViolationTally plus(long lastLimit, long lastCurrent, @Nullable String lastEndpoint) {
        denied++;
        limit = lastLimit;
        current = lastCurrent;
        endpoint = lastEndpoint;
        return this;
    }

    QuotaViolation under(Key key) {
        return new QuotaViolation(
                key.tenantId(),
                key.quota(),
                Math.clamp(limit, 0, FieldRules.COUNT_MAX),
                Math.clamp(current, 0, FieldRules.COUNT_MAX),
                endpoint,
                key.route().isEmpty() ? null : key.route(),
                denied,
                Instant.ofEpochSecond(TimeUnit.MINUTES.toSeconds(key.minute())));
    }
}
