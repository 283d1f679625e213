package dev.tollgate.billing.period;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;
import java.util.UUID;

/// What is stored about a tenant and a month.
///
/// @param timeZone as stored; empty for a tenant that is not registered
/// @param closedPeriod the month's period, if it was closed
/// @param previousEnd when the preceding month's closed period ended
public record TenantFacts(
        String tenantId, Optional<String> timeZone, Optional<UUID> closedPeriod, Optional<Instant> previousEnd) {

    /// The tenant's month, or why it has none.
    public Bounds bounds(YearMonth month) {
        if (timeZone.isEmpty()) {
            return new Bounds.Impossible("is not registered");
        }
        try {
            return new Bounds.Known(BillingPeriod.of(tenantId, month, ZoneId.of(timeZone.get()), previousEnd));
        } catch (DateTimeException unknownZone) {
            return new Bounds.Impossible("has the time zone " + timeZone.get() + ", which does not exist");
        }
    }

    /// The outcome of `bounds`.
    public sealed interface Bounds {
        record Known(BillingPeriod period) implements Bounds {}

        record Impossible(String reason) implements Bounds {}
    }
}
