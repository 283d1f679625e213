package dev.tollgate.bench.metering.copy;

import dev.tollgate.bench.metering.Ground;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import java.io.BufferedOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// The topic as a file of ready COPYs, each of one batch: the number of rows, the number of bytes, the bytes. Rows
/// stand in the order in which one consumer polls them.
final class CopyFile {

    private static final Duration POLL = Duration.ofSeconds(5);

    private CopyFile() {}

    static void write(Ground ground, Path file) throws IOException {
        Map<String, Object> settings = Map.of(
                "bootstrap.servers",
                ground.bootstrapServers(),
                "max.poll.records",
                Integer.toString(Ground.BATCH_SIZE_MAX),
                "fetch.max.bytes",
                Integer.toString(8 << 20));
        try (DataOutputStream out =
                        new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(file), 1 << 16));
                var consumer =
                        new KafkaConsumer<>(settings, new ByteArrayDeserializer(), new ByteArrayDeserializer())) {
            List<TopicPartition> partitions = IntStream.range(0, Topics.PARTITIONS)
                    .mapToObj(partition -> new TopicPartition(Topics.USAGE_REQUESTS, partition))
                    .toList();
            consumer.assign(partitions);
            consumer.seekToBeginning(partitions);
            CopyRows batch = new CopyRows();
            long written = 0;
            while (written < ground.topic().events()) {
                for (ConsumerRecord<byte[], byte[]> record : consumer.poll(POLL)) {
                    add(batch, record);
                    written++;
                    if (batch.rows() == Ground.BATCH_SIZE_MAX
                            || written == ground.topic().events()) {
                        write(batch, out);
                        batch = new CopyRows();
                    }
                }
            }
        }
    }

    private static void add(CopyRows batch, ConsumerRecord<byte[], byte[]> record) throws IOException {
        switch (EventCodec.validate(record.value(), record.timestamp())) {
            case Validated.Valid(var event) -> batch.add(event, record.offset());
            case Validated.Invalid(var field, var reason) ->
                throw new IllegalStateException("the topic has a bad event: " + field + " " + reason);
        }
    }

    private static void write(CopyRows batch, DataOutputStream out) throws IOException {
        byte[] bytes = batch.finish();
        out.writeInt(batch.rows());
        out.writeInt(bytes.length);
        out.write(bytes);
    }
}
