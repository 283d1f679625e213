package dev.tollgate.aggregator.reconcile;

import java.util.EnumMap;
import java.util.Map;

/// What is open.
///
/// @param byKind how many of each kind; a kind without an entry has none
/// @param red those that nothing in the house will mend: all but differences that are still being recomputed
/// @param worst the worst of the red ones, in words: a loss before others, a source's before an hour's; empty when
///     there is none
public record OpenFindings(Map<FindingKind, Long> byKind, long red, String worst) {

    public static final OpenFindings NONE = new OpenFindings(Map.of(), 0, "");

    public OpenFindings {
        EnumMap<FindingKind, Long> counts = new EnumMap<>(FindingKind.class);
        counts.putAll(byKind);
        byKind = Map.copyOf(counts);
    }

    public long of(FindingKind kind) {
        return byKind.getOrDefault(kind, 0L);
    }
}
