package dev.tollgate.gateway.admin;

import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/// Denials of one quota on one route within one minute.
///
/// @param endpoint of the last one
/// @param userId of the last one
public record ViolationRow(
        UUID id,
        String quota,
        String route,
        long limit,
        long current,
        long deniedCount,
        @Nullable String endpoint,
        @Nullable String userId,
        Instant violatedAt) {}
