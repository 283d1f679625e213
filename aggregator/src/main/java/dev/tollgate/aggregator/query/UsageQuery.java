package dev.tollgate.aggregator.query;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/// What a tenant used from `from` up to, not including, `to`. The first and the last window are cut there.
///
/// @param groupBy in the order of the answer's members; empty for one row per window
/// @param limit rows of a page
public record UsageQuery(
        String tenantId, Instant from, Instant to, UsageWindow window, ZoneId zone, List<Grouping> groupBy, int limit) {

    public UsageQuery {
        groupBy = List.copyOf(groupBy);
        if (Set.copyOf(groupBy).size() != groupBy.size()) {
            throw new InvalidUsageQueryException("groupBy", "must name each grouping once");
        }
        if (!from.isBefore(to)) {
            throw new InvalidUsageQueryException("to", "must be later than from");
        }
        Duration rangeMax = window.rangeMax(!groupBy.isEmpty());
        if (Duration.between(from, to).compareTo(rangeMax) > 0) {
            throw new InvalidUsageQueryException(
                    "to",
                    "must be at most " + rangeMax.toHours() + " h after from, for windows of a " + window.wireName()
                            + (groupBy.isEmpty() ? "" : " with groups"));
        }
    }

    /// A part of the range.
    public record Span(Instant start, Instant end) {}

    /// The windows of the range in order: as many as fit between the longest range and the shortest window.
    public List<Span> windows() {
        List<Span> windows = new ArrayList<>();
        Instant start = from;
        while (start.isBefore(to)) {
            Instant end = window.endOf(start, zone);
            end = end.isAfter(to) ? to : end;
            windows.add(new Span(start, end));
            start = end;
        }
        return windows;
    }

    /// Whether whole UTC hours can be read from the buckets, which know no groups and no minutes.
    public boolean readsBuckets() {
        return groupBy.isEmpty() && window != UsageWindow.MINUTE;
    }
}
