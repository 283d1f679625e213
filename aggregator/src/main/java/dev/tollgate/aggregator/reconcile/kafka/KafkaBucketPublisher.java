package dev.tollgate.aggregator.reconcile.kafka;

import dev.tollgate.aggregator.reconcile.BucketPublisher;
import dev.tollgate.aggregator.reconcile.OutboxBucket;
import dev.tollgate.schema.contract.BucketKey;
import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/// An idempotent producer: retries neither lose nor reorder nor repeat within its life.
public final class KafkaBucketPublisher implements BucketPublisher, AutoCloseable {

    private static final Duration DELIVERY_MAX = Duration.ofSeconds(20);
    private static final Duration CLOSE_MAX = Duration.ofSeconds(2);
    private static final int REQUEST_TIMEOUT_MS = 10_000;

    private final Producer<byte[], byte[]> producer;

    public KafkaBucketPublisher(Map<String, Object> clientSettings) {
        Map<String, Object> settings = new HashMap<>(clientSettings);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With more, a batch that is retried while its successor is accepted is refused until it expires.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) DELIVERY_MAX.toMillis());
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_TIMEOUT_MS);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, DELIVERY_MAX.toMillis());
        settings.put(ProducerConfig.LINGER_MS_CONFIG, 5);
        producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    @Override
    public void publish(List<OutboxBucket> buckets) {
        List<Future<RecordMetadata>> answers = new ArrayList<>(buckets.size());
        try {
            for (OutboxBucket bucket : buckets) {
                answers.add(producer.send(record(bucket)));
            }
            producer.flush();
            for (Future<RecordMetadata> answer : answers) {
                answer.get(DELIVERY_MAX.toMillis(), TimeUnit.MILLISECONDS);
            }
        } catch (ExecutionException | TimeoutException | RuntimeException e) {
            throw new PublishFailedException("the broker did not take recomputed buckets", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new PublishFailedException("interrupted while publishing recomputed buckets", e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(OutboxBucket bucket) {
        String tenantId = bucket.key().tenantId();
        byte[] key = new BucketKey(tenantId, bucket.key().hour()).bytes();
        return new ProducerRecord<>(Topics.USAGE_HOURLY, Topics.partitionOf(tenantId), key, bucket.payload());
    }

    @Override
    public void close() {
        producer.close(CLOSE_MAX);
    }
}
