package dev.tollgate.bench.cost;

import dev.tollgate.testing.AwaitFailed;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// What stays of a topic once the broker has compacted it, which it does long after a benchmark: the last record of
/// each key.
final class CompactedTopic {

    private static final Duration POLL = Duration.ofMillis(500);
    private static final long WITHIN_NANOS = Duration.ofMinutes(3).toNanos();

    /// A record's lengths, offset and time in a batch, and its share of the batch's head: an estimate.
    private static final int BYTES_BESIDE_KEY_AND_VALUE = 20;

    private CompactedTopic() {}

    static long bytes(String bootstrapServers, String topic) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "isolation.level",
                "read_committed",
                "fetch.max.bytes",
                Integer.toString(8 << 20));
        Map<ByteBuffer, Integer> last = new HashMap<>();
        try (var consumer = new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(topic).stream()
                    .map(info -> new TopicPartition(topic, info.partition()))
                    .sorted(Comparator.comparingInt(TopicPartition::partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            long startNanos = System.nanoTime();
            while (!ends.entrySet().stream().allMatch(end -> consumer.position(end.getKey()) >= end.getValue())) {
                if (System.nanoTime() - startNanos > WITHIN_NANOS) {
                    throw new AwaitFailed(topic + " could not be read within 3 minutes", null);
                }
                consumer.poll(POLL).forEach(record -> last.put(ByteBuffer.wrap(record.key()), size(record)));
            }
        }
        return last.values().stream().mapToLong(Integer::longValue).sum();
    }

    private static int size(ConsumerRecord<byte[], byte[]> record) {
        return record.serializedKeySize() + Math.max(0, record.serializedValueSize()) + BYTES_BESIDE_KEY_AND_VALUE;
    }
}
