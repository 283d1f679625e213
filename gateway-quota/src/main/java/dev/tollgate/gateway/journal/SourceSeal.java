package dev.tollgate.gateway.journal;

import org.jspecify.annotations.Nullable;

/// The end of a source.
///
/// @param finalSequence the last sequence that was ever given
/// @param knownGap how many sequences can never arrive; when there are any, the source is not sealed but abandoned
public record SourceSeal(
        String source,
        long finalSequence,
        long knownGap,
        @Nullable String reason) {

    public static SourceSeal clean(String source, long finalSequence) {
        return new SourceSeal(source, finalSequence, 0, null);
    }
}
