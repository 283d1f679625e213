package dev.tollgate.schema.contract;

import java.util.Map;

/// A topic as it must exist before any service starts.
///
/// @param configs Kafka's topic settings by their own names
public record TopicSpec(String name, int partitions, Map<String, String> configs) {

    public TopicSpec {
        configs = Map.copyOf(configs);
    }
}
