package dev.tollgate.aggregator.topology.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.apache.kafka.clients.consumer.ConsumerInterceptor;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeaders;

/// Drops the headers of what the fold reads: it needs none of them, and Kafka Streams would decode the name of each
/// only to add up how large the records are that it buffers.
public final class WithoutHeaders implements ConsumerInterceptor<byte[], byte[]> {

    @Override
    public ConsumerRecords<byte[], byte[]> onConsume(ConsumerRecords<byte[], byte[]> records) {
        Map<TopicPartition, List<ConsumerRecord<byte[], byte[]>>> bare = new HashMap<>();
        for (TopicPartition partition : records.partitions()) {
            List<ConsumerRecord<byte[], byte[]>> all = records.records(partition);
            List<ConsumerRecord<byte[], byte[]>> stripped = new ArrayList<>(all.size());
            all.forEach(record -> stripped.add(bare(record)));
            bare.put(partition, stripped);
        }
        return new ConsumerRecords<>(bare, records.nextOffsets());
    }

    private static ConsumerRecord<byte[], byte[]> bare(ConsumerRecord<byte[], byte[]> record) {
        return new ConsumerRecord<>(
                record.topic(),
                record.partition(),
                record.offset(),
                record.timestamp(),
                record.timestampType(),
                record.serializedKeySize(),
                record.serializedValueSize(),
                record.key(),
                record.value(),
                new RecordHeaders(),
                record.leaderEpoch(),
                Optional.empty());
    }

    @Override
    public void onCommit(Map<TopicPartition, OffsetAndMetadata> offsets) {
        // Nothing is kept per record.
    }

    @Override
    public void close() {
        // Nothing is held.
    }

    @Override
    public void configure(Map<String, ?> settings) {
        // There is nothing to set.
    }
}
