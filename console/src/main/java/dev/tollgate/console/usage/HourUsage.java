package dev.tollgate.console.usage;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// One UTC hour of a tenant. Durations are in milliseconds and absent when the hour has no request.
public record HourUsage(
        Instant hour,
        long requests,
        long failed,
        @Nullable Long p50DurationMs,
        @Nullable Long p99DurationMs) {}
