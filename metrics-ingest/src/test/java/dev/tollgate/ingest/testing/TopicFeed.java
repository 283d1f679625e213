package dev.tollgate.ingest.testing;

import dev.tollgate.schema.contract.CloudEventHeaders;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.kafka.KafkaServer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Publishes to the usage topic of the shared broker, which it makes when it is missing.
public final class TopicFeed implements AutoCloseable {

    private final KafkaProducer<byte[], byte[]> producer;

    public TopicFeed() {
        String servers = KafkaServer.shared().bootstrapServers();
        int made = ProvisionTopics.provision(servers, Map.of(), (short) 1)
                .created()
                .size();
        if (made > Topics.ALL.size()) {
            throw new IllegalStateException("more topics than there are");
        }
        producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", servers, "acks", "all"),
                new ByteArraySerializer(),
                new ByteArraySerializer());
    }

    public void publish(List<RequestEvent> events) {
        List<Future<RecordMetadata>> sent = new ArrayList<>();
        for (RequestEvent event : events) {
            sent.add(send(event.tenantId(), EventCodec.encode(event), event));
        }
        sent.forEach(TopicFeed::acknowledged);
    }

    public void publish(String tenant, byte[] value) {
        acknowledged(send(tenant, value, null));
    }

    @Override
    public void close() {
        producer.close();
    }

    private Future<RecordMetadata> send(String tenant, byte[] value, @Nullable RequestEvent event) {
        var record =
                new ProducerRecord<>(Topics.USAGE_REQUESTS, Topics.partitionOf(tenant), Topics.keyOf(tenant), value);
        if (event != null) {
            CloudEventHeaders.forEach(event, record.headers()::add);
        }
        return producer.send(record);
    }

    private static void acknowledged(Future<RecordMetadata> sent) {
        try {
            RecordMetadata metadata = sent.get();
            if (!metadata.hasOffset()) {
                throw new IllegalStateException("not acknowledged");
            }
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }
}
