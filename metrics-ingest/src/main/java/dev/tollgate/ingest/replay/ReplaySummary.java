package dev.tollgate.ingest.replay;

import java.util.List;

/// What a replay did: `selected` = `accepted` + `repeated` + `stored` + `conflicting` + `bad`.
///
/// @param read letters looked at
/// @param accepted taken into the outbox now
/// @param repeated taken by an earlier replay, or twice among the letters
/// @param stored in the raw table already
/// @param conflicting another letter with the same id and another body was taken
/// @param bad still no valid events
/// @param left the first `LEFT_MAX` of those conflicting or bad, with the reason of now
public record ReplaySummary(
        long read,
        long selected,
        long accepted,
        long repeated,
        long stored,
        long conflicting,
        long bad,
        List<Left> left) {

    public static final int LEFT_MAX = 1_000;

    /// A letter that stays what it is.
    public record Left(int partition, long offset, String tenant, String reason) {}
}
