package dev.tollgate.ingest.replay.kafka;

import dev.tollgate.ingest.replay.DeadLetters;
import dev.tollgate.ingest.replay.Letter;
import dev.tollgate.ingest.replay.LetterSelection;
import dev.tollgate.schema.contract.DeadLetterHeaders;
import dev.tollgate.schema.contract.FieldRules;
import dev.tollgate.schema.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the letters without a consumer group: nothing is remembered, everything can be read again.
public final class KafkaDeadLetterReader implements DeadLetters {

    private static final Duration POLL_MAX = Duration.ofMillis(500);

    /// Polls in a row that bring nothing before the broker is given up: 30 s.
    private static final int EMPTY_POLLS_MAX = 60;

    private final Map<String, Object> settings;

    /// @param settings of a Kafka client
    public KafkaDeadLetterReader(Map<String, Object> settings) {
        this.settings = settings;
    }

    @Override
    public void read(LetterSelection selection, Consumer<Letter> each) {
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = consumer.partitionsFor(Topics.USAGE_DEAD_LETTER).stream()
                    .map(info -> new TopicPartition(info.topic(), info.partition()))
                    .filter(partition -> selection.isOf(partition.partition()))
                    .toList();
            Map<TopicPartition, Long> ends = new HashMap<>(consumer.endOffsets(partitions));
            ends.replaceAll((partition, end) -> Math.min(end, selection.toOffset()));
            consumer.assign(partitions);
            consumer.beginningOffsets(partitions)
                    .forEach((partition, first) -> consumer.seek(partition, Math.max(first, selection.fromOffset())));
            readTo(ends, consumer, each);
        }
    }

    private static void readTo(
            Map<TopicPartition, Long> ends, KafkaConsumer<byte[], byte[]> consumer, Consumer<Letter> each) {
        int emptyPolls = 0;
        for (Set<TopicPartition> open = open(ends, consumer); !open.isEmpty(); open = open(ends, consumer)) {
            consumer.pause(consumer.assignment().stream()
                    .filter(partition -> !ends.containsKey(partition) || isRead(partition, ends, consumer))
                    .toList());
            var records = consumer.poll(POLL_MAX);
            emptyPolls = records.isEmpty() ? emptyPolls + 1 : 0;
            if (emptyPolls > EMPTY_POLLS_MAX) {
                throw new IllegalStateException("the broker does not give the dead letters of " + open);
            }
            for (ConsumerRecord<byte[], byte[]> record : records) {
                long end = ends.getOrDefault(new TopicPartition(record.topic(), record.partition()), 0L);
                if (record.offset() < end) {
                    each.accept(letter(record));
                }
            }
        }
    }

    private static Set<TopicPartition> open(Map<TopicPartition, Long> ends, KafkaConsumer<byte[], byte[]> consumer) {
        return ends.keySet().stream()
                .filter(partition -> !isRead(partition, ends, consumer))
                .collect(Collectors.toSet());
    }

    private static boolean isRead(
            TopicPartition partition, Map<TopicPartition, Long> ends, KafkaConsumer<byte[], byte[]> consumer) {
        return consumer.position(partition) >= ends.getOrDefault(partition, 0L);
    }

    private static Letter letter(ConsumerRecord<byte[], byte[]> record) {
        return new Letter(
                record.partition(),
                record.offset(),
                tenant(record.key()),
                header(record, DeadLetterHeaders.SERVICE),
                header(record, DeadLetterHeaders.FIELD) + " " + header(record, DeadLetterHeaders.REASON),
                record.value());
    }

    private static String tenant(byte[] key) {
        String text = key == null ? "" : new String(key, StandardCharsets.UTF_8);
        return FieldRules.isTenantId(text) ? text : "unknown";
    }

    private static String header(ConsumerRecord<byte[], byte[]> record, String name) {
        Header header = record.headers().lastHeader(name);
        return header == null || header.value() == null ? "" : new String(header.value(), StandardCharsets.UTF_8);
    }
}
