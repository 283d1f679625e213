package dev.tollgate.gateway.admission;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Denials of one tenant, quota and route within one minute.
///
/// @param route empty when there is none
/// @param minute the minute's start by the ledger's clock
/// @param limit of the last denial
/// @param current of the last denial
/// @param endpoint of the last denial
/// @param denied how many, at least 1
public record ViolationCount(
        String tenantId,
        QuotaWindow window,
        String route,
        Instant minute,
        long limit,
        long current,
        @Nullable String endpoint,
        long denied) {

    /// Both counts as one; `later` has the last denial.
    ViolationCount plus(ViolationCount later) {
        return new ViolationCount(
                tenantId, window, route, minute, later.limit, later.current, later.endpoint, denied + later.denied);
    }
}
