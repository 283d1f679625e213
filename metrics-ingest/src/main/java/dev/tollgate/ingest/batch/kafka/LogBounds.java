package dev.tollgate.ingest.batch.kafka;

import dev.tollgate.schema.contract.Topics;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Compares stored offsets with what the broker has. Both ways of being out of range mean that records are gone
/// from the broker; producers send what ingest has not stored again, and sequences drop what it has.
final class LogBounds {

    private static final Logger LOG = LoggerFactory.getLogger(LogBounds.class);

    private final Consumer<?, ?> consumer;

    LogBounds(Consumer<?, ?> consumer) {
        this.consumer = consumer;
    }

    /// The offsets to read from: the stored one where the broker has it; else the broker's first. Behind the
    /// broker's end its log was cut and offsets are used again, so everything is read anew.
    Map<Integer, Long> check(Map<Integer, Long> offsets) {
        List<TopicPartition> partitions = offsets.keySet().stream()
                .map(partition -> new TopicPartition(Topics.USAGE_REQUESTS, partition))
                .toList();
        Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
        Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
        Map<Integer, Long> checked = new TreeMap<>();
        for (TopicPartition partition : partitions) {
            long stored = offsets.getOrDefault(partition.partition(), 0L);
            checked.put(
                    partition.partition(),
                    check(partition, stored, first.getOrDefault(partition, 0L), end.getOrDefault(partition, 0L)));
        }
        return checked;
    }

    private static long check(TopicPartition partition, long stored, long first, long end) {
        if (stored < first) {
            if (stored > 0) {
                LOG.error("{}: {} records were removed before they were stored", partition, first - stored);
            }
            return first;
        }
        if (stored > end) {
            LOG.error("{}: the broker lost records; it ends at {}, stored is {}; reading anew", partition, end, stored);
            return first;
        }
        return stored;
    }
}
