package dev.tollgate.gateway.admin;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A source of events as the database knows it.
///
/// @param state `open`, `sealed` or `abandoned`
/// @param stored the highest sequence that ingest has stored
/// @param missing how many sequences below it are not stored
/// @param oldestPendingAt time of the oldest event that the broker has not acknowledged
/// @param heartbeatAt the source's last sign of life
/// @param abandonedBy who ended it; null for others
/// @param knownGap how many sequences were appended and not stored at that moment; null for others
public record SourceRow(
        String source,
        String origin,
        String instance,
        String state,
        long appended,
        long published,
        long stored,
        long missing,
        @Nullable Instant oldestPendingAt,
        Instant heartbeatAt,
        @Nullable String abandonedBy,
        @Nullable String abandonedReason,
        @Nullable Instant abandonedAt,
        @Nullable Long knownGap) {}
