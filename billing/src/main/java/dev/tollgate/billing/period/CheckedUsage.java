package dev.tollgate.billing.period;

import java.util.Map;
import java.util.Optional;

/// A tenant's usage from its raw events, and where the hourly buckets say something else.
///
/// @param bySpan by `UsageSpan.spanNo`
/// @param difference the first hour whose bucket and raw events disagree, with both counts
public record CheckedUsage(Map<Integer, SpanUsage> bySpan, Optional<String> difference) {

    public CheckedUsage {
        bySpan = Map.copyOf(bySpan);
    }
}
