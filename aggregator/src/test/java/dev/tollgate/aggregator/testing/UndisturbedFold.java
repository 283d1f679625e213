package dev.tollgate.aggregator.testing;

import dev.tollgate.aggregator.fold.HourKey;
import dev.tollgate.aggregator.topology.FoldCounters;
import dev.tollgate.aggregator.topology.PartitionFold;
import dev.tollgate.schema.contract.LogPosition;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Folds a whole topic from its start in one go, in memory: what any number of instances must arrive at, whatever
/// happened to them.
public final class UndisturbedFold {

    private static final Duration POLL = Duration.ofSeconds(1);
    private static final int HOURS_MAX = 10_000;

    private UndisturbedFold() {}

    /// The hours of tenants whose id starts so, as `StoredBuckets` shows them. The log is in its first generation.
    public static Map<HourKey, String> buckets(String bootstrapServers, String tenantPrefix) {
        Map<HourKey, String> buckets = new TreeMap<>();
        List<TopicPartition> partitions = IntStream.range(0, Topics.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(Topics.USAGE_REQUESTS, partition))
                .toList();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            for (TopicPartition partition : partitions) {
                consumer.assign(List.of(partition));
                consumer.seekToBeginning(List.of(partition));
                EmittedTables output = fold(consumer, partition, ends.getOrDefault(partition, 0L));
                output.buckets().forEach(bucket -> {
                    if (bucket.tenantId().startsWith(tenantPrefix)) {
                        buckets.put(HourKey.of(bucket), StoredBuckets.text(bucket));
                    }
                });
            }
        }
        return buckets;
    }

    private static EmittedTables fold(KafkaConsumer<byte[], byte[]> consumer, TopicPartition partition, long end) {
        EmittedTables output = new EmittedTables();
        PartitionFold fold = new PartitionFold(new MemoryState(), output, new FoldCounters(), HOURS_MAX);
        while (consumer.position(partition) < end) {
            for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                fold.accept(record.value(), LogPosition.of(1, record.offset()), record.timestamp());
            }
        }
        fold.flush();
        return output;
    }
}
