package dev.tollgate.aggregator.reconcile;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/// The sums of one hour that raw rows and bucket must have in common. The fingerprint covers id, type, units and time
/// of each event; what a row says beside these shows in the other sums only.
///
/// @param values in the order of `NAMES`
public record HourSums(List<Long> values) {

    /// Columns of `tenant_metrics_hourly`.
    public static final List<String> NAMES = List.of(
            "event_count",
            "total_requests",
            "billable_requests",
            "successful_requests",
            "failed_requests",
            "ai_requests",
            "units",
            "total_duration_ms",
            "total_db_queries",
            "total_bytes_sent",
            "total_bytes_received",
            "fingerprint");

    public HourSums {
        values = List.copyOf(values);
        if (values.size() != NAMES.size()) {
            throw new IllegalArgumentException("an hour has " + NAMES.size() + " sums, not " + values.size());
        }
    }

    public long eventCount() {
        return values.getFirst();
    }

    public long fingerprint() {
        return values.getLast();
    }

    /// What differs, for people: `units 3 instead of 4, …`; empty when nothing does.
    public String insteadOf(HourSums other) {
        return IntStream.range(0, NAMES.size())
                .filter(i -> !values.get(i).equals(other.values.get(i)))
                .mapToObj(i -> NAMES.get(i) + " " + values.get(i) + " instead of " + other.values.get(i))
                .collect(Collectors.joining(", "));
    }

    /// A JSON object of all sums.
    public String toJson() {
        return IntStream.range(0, NAMES.size())
                .mapToObj(i -> "\"" + NAMES.get(i) + "\":" + values.get(i))
                .collect(Collectors.joining(",", "{", "}"));
    }
}
