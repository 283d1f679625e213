package dev.tollgate.aggregator.sink;

/// One partition that the sink reads.
///
/// @param generation of the topic, from `topic_generations`
public record SinkPartition(String topic, int generation, int partition) {}
