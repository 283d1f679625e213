package dev.tollgate.aggregator.reconcile;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// How far a scan is, over all instances.
///
/// @param scan `recent` or `rotating`
/// @param spanFrom with `spanTo`: the hours that it is at; null while it waits
/// @param completedAt when its last round ended
/// @param lastPageAt when it last compared hours
/// @param hoursCompared so far
/// @param rangesUnchecked so far: ranges of hours that could not be compared in time
public record ScanProgress(
        String scan,
        @Nullable Instant spanFrom,
        @Nullable Instant spanTo,
        @Nullable Instant completedAt,
        @Nullable Instant lastPageAt,
        long hoursCompared,
        long rangesUnchecked) {}
