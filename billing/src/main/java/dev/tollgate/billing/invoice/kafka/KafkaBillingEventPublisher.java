package dev.tollgate.billing.invoice.kafka;

import dev.tollgate.billing.invoice.BillingEventPublisher;
import dev.tollgate.billing.invoice.OutboxEntry;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// An idempotent producer for `billing.events.v1`, made by the first event. It refuses a cluster whose usage topic has
/// another number of partitions than the contract: log positions, and so every cut, would mean something else there.
/// Used by one thread.
public final class KafkaBillingEventPublisher implements BillingEventPublisher, AutoCloseable {

    private static final Duration BLOCKED_MAX = Duration.ofSeconds(10);
    private static final Duration REQUEST_MAX = Duration.ofSeconds(10);
    private static final Duration DELIVERY_MAX = Duration.ofSeconds(30);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(5);

    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    /// @param extraProperties further client properties (TLS, SASL), by Kafka's names
    public KafkaBillingEventPublisher(String bootstrapServers, Map<String, String> extraProperties) {
        Map<String, Object> merged = new HashMap<>(extraProperties);
        merged.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
        merged.put(ProducerConfig.ACKS_CONFIG, "all");
        merged.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With more, a batch that is retried while its successor is accepted is refused until it expires.
        merged.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        merged.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, BLOCKED_MAX.toMillis());
        merged.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) REQUEST_MAX.toMillis());
        merged.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_MAX.toMillis());
        this.settings = Map.copyOf(merged);
    }

    @Override
    public void publish(List<OutboxEntry> entries) throws ExecutionException, InterruptedException {
        try {
            send(producer(), entries);
        } catch (ExecutionException | RuntimeException failed) {
            // A failed producer may have failed for good.
            close();
            throw failed;
        }
    }

    private static void send(KafkaProducer<byte[], byte[]> open, List<OutboxEntry> entries)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
        for (OutboxEntry entry : entries) {
            acknowledgements.add(open.send(new ProducerRecord<>(
                    Topics.BILLING_EVENTS,
                    Topics.partitionOf(entry.tenantId()),
                    Topics.keyOf(entry.tenantId()),
                    entry.payload())));
        }
        open.flush();
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            open = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
            int partitions = open.partitionsFor(Topics.USAGE_REQUESTS).size();
            if (partitions != Topics.PARTITIONS) {
                throw new IllegalStateException(Topics.USAGE_REQUESTS + " has " + partitions
                        + " partitions and must have " + Topics.PARTITIONS);
            }
        }
        return open;
    }

    @Override
    public void close() {
        if (producer != null) {
            producer.close(CLOSE_MAX);
            producer = null;
        }
    }
}
