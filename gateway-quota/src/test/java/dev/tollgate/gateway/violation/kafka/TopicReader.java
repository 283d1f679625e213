package dev.tollgate.gateway.violation.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.QuotaViolation;
import dev.tollgate.schema.contract.QuotaViolationCodec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.kafka.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads `quota.violations.v1` of the shared broker as other teams do.
final class TopicReader implements AutoCloseable {

    private static final List<TopicPartition> PARTITIONS = IntStream.range(0, Topics.PARTITIONS)
            .mapToObj(partition -> new TopicPartition(Topics.QUOTA_VIOLATIONS, partition))
            .toList();

    private final KafkaConsumer<byte[], byte[]> consumer;

    /// Reads what is published from now on.
    TopicReader() {
        String brokers = KafkaServer.shared().bootstrapServers();
        ProvisionTopics.provision(brokers, Map.of(), (short) 1);
        consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", brokers), new ByteArrayDeserializer(), new ByteArrayDeserializer());
        consumer.assign(PARTITIONS);
        consumer.seekToEnd(PARTITIONS);
        PARTITIONS.forEach(consumer::position);
    }

    /// What was published since the last call, and is there at this moment.
    List<QuotaViolation> published() {
        Map<TopicPartition, Long> ends = consumer.endOffsets(PARTITIONS);
        List<QuotaViolation> found = new ArrayList<>();
        while (ends.entrySet().stream().anyMatch(end -> consumer.position(end.getKey()) < end.getValue())) {
            consumer.poll(Duration.ofMillis(100)).forEach(record -> found.add(violation(record)));
        }
        return found;
    }

    private static QuotaViolation violation(ConsumerRecord<byte[], byte[]> record) {
        QuotaViolation violation = QuotaViolationCodec.decode(record.value());
        assertThat(new String(record.key(), StandardCharsets.UTF_8)).isEqualTo(violation.tenantId());
        assertThat(record.partition()).isEqualTo(Topics.partitionOf(violation.tenantId()));
        return violation;
    }

    @Override
    public void close() {
        consumer.close();
    }
}
