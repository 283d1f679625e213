package dev.tollgate.gateway.management;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A source of events as the database knows it.
///
/// @param state `open`, `sealed` or `abandoned`
/// @param stored the highest sequence that ingest has stored
/// @param missing how many sequences below it are not stored
/// @param oldestPending time of the oldest event that the broker has not acknowledged
/// @param heartbeat the source's last sign of life
/// @param abandoned who ended it, and why; null for others
public record SourceRow(
        String source,
        String origin,
        String instance,
        String state,
        long appended,
        long published,
        long stored,
        long missing,
        @Nullable Instant oldestPending,
        Instant heartbeat,
        @Nullable Abandoned abandoned) {

    /// @param knownGap how many sequences were appended and not stored at that moment
    public record Abandoned(String by, String reason, Instant at, long knownGap) {}
}
