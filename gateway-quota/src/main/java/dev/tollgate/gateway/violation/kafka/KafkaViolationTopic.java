package dev.tollgate.gateway.violation.kafka;

import dev.tollgate.gateway.violation.ViolationTopic;
import dev.tollgate.gateway.violation.ViolationsUnavailableException;
import dev.tollgate.schema.contract.QuotaViolation;
import dev.tollgate.schema.contract.QuotaViolationCodec;
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
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// `quota.violations.v1` through an idempotent producer, which the first violation makes: a gateway that denies nothing
/// needs none. A topic with another number of partitions than the contract's is refused.
public final class KafkaViolationTopic implements ViolationTopic {

    /// How long the broker may take for what is published at a time.
    static final Duration ANSWER_MAX = Duration.ofSeconds(10);

    private static final Duration BACKOFF_MAX = Duration.ofSeconds(2);

    static final long BUFFER_BYTES_MAX = 2L << 20;

    private final Map<String, Object> settings;
    private @Nullable KafkaProducer<byte[], byte[]> producer;

    /// @param overrides client properties of the operator: addresses, TLS, SASL
    public KafkaViolationTopic(Map<String, String> overrides) {
        this(overrides, ANSWER_MAX);
    }

    KafkaViolationTopic(Map<String, String> overrides, Duration answerMax) {
        Map<String, Object> merged = new HashMap<>(overrides);
        merged.put(ProducerConfig.CLIENT_ID_CONFIG, "tollgate-gateway-violations");
        merged.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        merged.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES_MAX);
        merged.put(ProducerConfig.LINGER_MS_CONFIG, 0L);
        merged.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, BACKOFF_MAX.toMillis());
        merged.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, BACKOFF_MAX.toMillis());
        merged.put(ProducerConfig.ACKS_CONFIG, "all");
        merged.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        // With more, a batch that is retried while its successor is accepted is refused until it expires.
        merged.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        merged.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, answerMax.toMillis());
        merged.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, (int) answerMax.toMillis());
        merged.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, (int) answerMax.toMillis());
        this.settings = Map.copyOf(merged);
    }

    @Override
    public void publish(List<QuotaViolation> violations) throws ViolationsUnavailableException, InterruptedException {
        try {
            send(producer(), violations);
        } catch (ExecutionException | KafkaException failure) {
            // A failed producer may have failed for good.
            close();
            if (failure instanceof InterruptException) {
                throw interrupted(failure);
            }
            throw new ViolationsUnavailableException(
                    violations.size() + " violations were not acknowledged by " + Topics.QUOTA_VIOLATIONS, failure);
        }
    }

    private static InterruptedException interrupted(Exception failure) {
        InterruptedException interrupted = new InterruptedException("interrupted while publishing violations");
        interrupted.initCause(failure);
        return interrupted;
    }

    private static void send(KafkaProducer<byte[], byte[]> open, List<QuotaViolation> violations)
            throws ExecutionException, InterruptedException {
        List<Future<RecordMetadata>> acknowledgements = new ArrayList<>();
        for (QuotaViolation violation : violations) {
            Future<RecordMetadata> sent = open.send(new ProducerRecord<>(
                    Topics.QUOTA_VIOLATIONS,
                    Topics.partitionOf(violation.tenantId()),
                    Topics.keyOf(violation.tenantId()),
                    QuotaViolationCodec.encode(violation)));
            if (sent.isDone()) {
                // Refused at once: the others would each wait as long for a broker that is away.
                sent.get();
            }
            acknowledgements.add(sent);
        }
        for (Future<RecordMetadata> acknowledgement : acknowledgements) {
            acknowledgement.get();
        }
    }

    private KafkaProducer<byte[], byte[]> producer() {
        KafkaProducer<byte[], byte[]> open = producer;
        if (open == null) {
            open = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
            producer = open;
            int partitions = open.partitionsFor(Topics.QUOTA_VIOLATIONS).size();
            if (partitions != Topics.PARTITIONS) {
                throw new KafkaException(Topics.QUOTA_VIOLATIONS + " has " + partitions + " partitions and must have "
                        + Topics.PARTITIONS);
            }
        }
        return open;
    }

    @Override
    public void close() {
        KafkaProducer<byte[], byte[]> open = producer;
        producer = null;
        if (open != null) {
            // A thread that is being stopped would not be let to wait for the producer's own.
            boolean interrupted = Thread.interrupted();
            open.close(Duration.ZERO);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }
}
