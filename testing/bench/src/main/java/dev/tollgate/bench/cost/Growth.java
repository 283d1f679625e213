package dev.tollgate.bench.cost;

import java.util.Map;
import java.util.TreeMap;

/// Differences of two readings.
final class Growth {

    private Growth() {}

    static <K> Map<K, Long> of(Map<K, Long> after, Map<K, Long> before) {
        Map<K, Long> growth = new TreeMap<>();
        after.forEach((key, value) -> growth.put(key, value - before.getOrDefault(key, 0L)));
        return growth;
    }
}
