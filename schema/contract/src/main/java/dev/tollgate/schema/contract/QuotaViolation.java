package dev.tollgate.schema.contract;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Requests of one tenant and route that one quota denied within one minute, at all gateways together. The same tenant,
/// quota, route and minute may come again, with a higher count when more became known: the highest count holds.
///
/// @param quotaType for example `requests_per_day`
/// @param limitValue the limit that was spent
/// @param currentValue what the quota held when it denied last
/// @param endpoint path of the last denied request
/// @param route name of its route
/// @param deniedCount denied requests within the minute, 1 or more
/// @param minute start of the minute, UTC
public record QuotaViolation(
        String tenantId,
        String quotaType,
        long limitValue,
        long currentValue,
        @Nullable String endpoint,
        @Nullable String route,
        long deniedCount,
        Instant minute) {

    public static final int QUOTA_TYPE_CHARS_MAX = 64;

    private static final long SECONDS_PER_MINUTE = 60L;

    public QuotaViolation {
        FieldRules.tenantId(tenantId);
        FieldRules.name("quotaType", quotaType, QUOTA_TYPE_CHARS_MAX);
        FieldRules.count("limitValue", limitValue);
        FieldRules.count("currentValue", currentValue);
        FieldRules.text("endpoint", endpoint, FieldRules.ENDPOINT_CHARS_MAX);
        FieldRules.text("route", route, FieldRules.ROUTE_CHARS_MAX);
        FieldRules.range("deniedCount", deniedCount, 1, FieldRules.COUNT_MAX);
        FieldRules.aligned("minute", minute, SECONDS_PER_MINUTE);
    }
}
