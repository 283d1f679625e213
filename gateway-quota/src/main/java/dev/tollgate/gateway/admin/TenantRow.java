package dev.tollgate.gateway.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A tenant.
///
/// @param timeZone IANA name; rules calendar quotas and billing periods
/// @param status `active`, `suspended` or `departed`
/// @param plan of today's local day; null when it has none
public record TenantRow(
        String tenantId,
        String name,
        String timeZone,
        String status,
        @Nullable String plan,
        Instant createdAt,
        String createdBy) {}
