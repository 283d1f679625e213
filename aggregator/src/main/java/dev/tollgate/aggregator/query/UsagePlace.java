package dev.tollgate.aggregator.query;

import java.time.Instant;
import java.util.List;

/// Where a page begins.
///
/// @param start of a window
/// @param afterGroups the values of the last row shown of that window; empty to begin with the window
public record UsagePlace(Instant start, List<String> afterGroups) {

    public UsagePlace {
        afterGroups = List.copyOf(afterGroups);
    }
}
