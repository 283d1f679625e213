package dev.tollgate.gateway.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// Limits on the routes that name the policy, beside the tenant's own; null is unlimited.
///
/// @param tenantId whose they are; null for those of everybody else
public record RoutePolicyRow(
        String policy,
        @Nullable String tenantId,
        @Nullable Long requestsPerMinute,
        @Nullable Long requestsPerHour,
        @Nullable Long requestsPerDay,
        @Nullable Long requestsPerMonth,
        String enforcement,
        String slidingFallback,
        String calendarFallback,
        Instant updatedAt,
        String updatedBy) {}
