package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The least that anybody must do: poll, validate, commit each poll. One thread, as the aggregator has for its fold.
final class LoopMain {

    private static final Duration POLL = Duration.ofMillis(100);

    private LoopMain() {}

    public static void main(String[] arguments) {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                arguments[0],
                "group.id",
                arguments[1],
                "auto.offset.reset",
                "earliest",
                "enable.auto.commit",
                false,
                "max.poll.records",
                Ground.BATCH_SIZE_MAX);
        try (KafkaConsumer<byte[], byte[]> consumer =
                new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            consumer.subscribe(List.of(Topics.USAGE_REQUESTS));
            while (true) {
                ConsumerRecords<byte[], byte[]> records = consumer.poll(POLL);
                records.forEach(LoopMain::validate);
                consumer.commitSync();
            }
        }
    }

    private static void validate(ConsumerRecord<byte[], byte[]> record) {
        if (EventCodec.validate(record.value(), record.timestamp()) instanceof Validated.Invalid invalid) {
            throw new IllegalStateException("an event of the benchmark is invalid: " + invalid);
        }
    }
}
