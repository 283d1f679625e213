package dev.tollgate.gateway.journal;

import org.jspecify.annotations.Nullable;

/// A source's sign of life.
///
/// @param oldestPendingMs epoch milliseconds of the oldest event not yet acknowledged by the broker, or an earlier
///     moment
/// @param heartbeatMs no later event of the source is earlier
public record SourceReport(
        String source,
        long appended,
        long published,
        @Nullable Long oldestPendingMs,
        long heartbeatMs) {}
