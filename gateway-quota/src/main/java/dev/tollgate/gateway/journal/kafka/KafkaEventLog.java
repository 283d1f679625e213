package dev.tollgate.gateway.journal.kafka;

import dev.tollgate.gateway.journal.EventLog;
import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.schema.contract.CloudEventHeaders;
import dev.tollgate.schema.contract.DeadLetterHeaders;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.InvalidRecordException;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordBatchTooLargeException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// `usage.requests.v1` through an idempotent producer that never gives an event up by itself.
public final class KafkaEventLog implements EventLog {

    /// How long one offer may wait for metadata or for room in the producer's buffer.
    static final Duration OFFER_MAX = Duration.ofSeconds(2);

    static final long BUFFER_BYTES_MAX = 16L << 20;
    static final int BATCH_BYTES = 64 * 1_024;

    /// Events of all partitions gather so long: at any load that costs CPU, a request to the broker carries many.
    static final int LINGER_MS = 25;

    private static final Logger log = LoggerFactory.getLogger(KafkaEventLog.class);
    private static final String SERVICE = "gateway-quota";

    private final Map<String, Object> settings;
    private @Nullable Producer<byte[], byte[]> producer;
    private boolean saidUnmade;

    /// @param overrides client properties of the operator: addresses, TLS, SASL
    public KafkaEventLog(Map<String, String> overrides) {
        this.settings = settings(overrides);
    }

    private static Map<String, Object> settings(Map<String, String> overrides) {
        Map<String, Object> settings = new HashMap<>();
        settings.put(ProducerConfig.LINGER_MS_CONFIG, LINGER_MS);
        settings.put(ProducerConfig.BATCH_SIZE_CONFIG, BATCH_BYTES);
        settings.put(ProducerConfig.BUFFER_MEMORY_CONFIG, BUFFER_BYTES_MAX);
        settings.put(ProducerConfig.COMPRESSION_TYPE_CONFIG, "lz4");
        settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 10_000);
        settings.put(ProducerConfig.RETRY_BACKOFF_MS_CONFIG, 100L);
        settings.put(ProducerConfig.RETRY_BACKOFF_MAX_MS_CONFIG, 2_000L);
        settings.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 2_000L);
        settings.put(ProducerConfig.CLIENT_ID_CONFIG, "tollgate-gateway-journal");
        settings.putAll(overrides);
        settings.put(ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG, true);
        settings.put(ProducerConfig.ACKS_CONFIG, "all");
        // With more, a batch that is retried while its successor is accepted is refused until it expires.
        settings.put(ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION, 1);
        settings.put(ProducerConfig.RETRIES_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE);
        settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, OFFER_MAX.toMillis());
        settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, Topics.DEAD_LETTER_BYTES_MAX);
        return settings;
    }

    /// The producer, made at its first use: its constructor fails while the broker's name is not known. Null then.
    private @Nullable Producer<byte[], byte[]> producer() {
        if (producer == null) {
            try {
                producer = new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
                saidUnmade = false;
            } catch (KafkaException unmade) {
                if (!saidUnmade) {
                    log.warn("nothing can be published now: {}", rootOf(unmade).toString());
                }
                saidUnmade = true;
            }
        }
        return producer;
    }

    private static Throwable rootOf(Throwable thrown) {
        Throwable cause = thrown.getCause();
        return cause == null ? thrown : rootOf(cause);
    }

    @Override
    public boolean offer(EventRecord record, Consumer<Answer> answer) {
        return switch (EventCodec.validate(record.json(), Long.MAX_VALUE)) {
            case Validated.Valid(RequestEvent event) -> send(recordOf(record, event), answer);
            case Validated.Invalid(String field, String reason) -> {
                answer.accept(new Answer.Refused(field + " " + reason));
                yield true;
            }
        };
    }

    private static ProducerRecord<byte[], byte[]> recordOf(EventRecord record, RequestEvent event) {
        ProducerRecord<byte[], byte[]> message = new ProducerRecord<>(
                Topics.USAGE_REQUESTS, record.partition(), Topics.keyOf(event.tenantId()), record.json());
        CloudEventHeaders.forEach(event, (name, value) -> message.headers().add(name, value));
        return message;
    }

    @Override
    public boolean offerDeadLetter(EventRecord record, String reason, Consumer<Answer> answer) {
        byte @Nullable [] key = switch (EventCodec.validate(record.json(), Long.MAX_VALUE)) {
            case Validated.Valid(RequestEvent event) -> Topics.keyOf(event.tenantId());
            case Validated.Invalid ignored -> null;
        };
        ProducerRecord<byte[], byte[]> message =
                new ProducerRecord<>(Topics.USAGE_DEAD_LETTER, record.partition(), key, record.json());
        header(message, DeadLetterHeaders.REASON, reason);
        header(message, DeadLetterHeaders.FIELD, "$");
        header(message, DeadLetterHeaders.ORIGIN_TOPIC, Topics.USAGE_REQUESTS);
        header(message, DeadLetterHeaders.ORIGIN_PARTITION, Integer.toString(record.partition()));
        header(message, DeadLetterHeaders.SERVICE, SERVICE);
        return send(message, answer);
    }

    @Override
    public boolean offerStandIn(EventRecord record, Consumer<Answer> answer) {
        return EventCodec.identify(record.json())
                .map(identity -> {
                    String json =
                            "{\"source\":\"%s\",\"sequence\":%d}".formatted(identity.source(), identity.sequence());
                    return send(
                            new ProducerRecord<>(
                                    Topics.USAGE_REQUESTS,
                                    record.partition(),
                                    null,
                                    json.getBytes(StandardCharsets.UTF_8)),
                            answer);
                })
                .orElseThrow(() -> new IllegalStateException("an event of the journal has no source"));
    }

    private static void header(ProducerRecord<byte[], byte[]> message, String name, String value) {
        message.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }

    private boolean send(ProducerRecord<byte[], byte[]> message, Consumer<Answer> answer) {
        Producer<byte[], byte[]> present = producer();
        if (present == null) {
            return false;
        }
        Attempt attempt = new Attempt(answer);
        try {
            present.send(message, attempt);
        } catch (KafkaException failed) {
            answer.accept(answerOf(failed));
        }
        return attempt.wasTaken();
    }

    /// One call of `send`. A producer that has no metadata or no room in its buffer says so by calling back before
    /// `send` returns; then it has not taken the record.
    private static final class Attempt implements Callback {

        private final Consumer<Answer> answer;
        private final Thread caller = Thread.currentThread();
        private boolean sending = true;
        private boolean taken = true;

        private Attempt(Consumer<Answer> answer) {
            this.answer = answer;
        }

        @Override
        public void onCompletion(@Nullable RecordMetadata metadata, @Nullable Exception failure) {
            boolean refusedAtOnce = failure instanceof TimeoutException && Thread.currentThread() == caller && sending;
            if (refusedAtOnce) {
                taken = false;
            } else {
                answer.accept(answerOf(failure));
            }
        }

        /// For the caller, after `send`.
        private boolean wasTaken() {
            sending = false;
            return taken;
        }
    }

    private static Answer answerOf(@Nullable Exception failure) {
        return switch (failure) {
            case null -> new Answer.Stored();
            case RecordTooLargeException tooLarge -> new Answer.Refused(tooLarge.toString());
            case RecordBatchTooLargeException tooLarge -> new Answer.Refused(tooLarge.toString());
            case InvalidRecordException invalid -> new Answer.Refused(invalid.toString());
            default -> new Answer.Lost(failure.toString());
        };
    }

    @Override
    public void recover() {
        close();
    }

    @Override
    public void close() {
        Producer<byte[], byte[]> present = producer;
        producer = null;
        if (present != null) {
            present.close(Duration.ZERO);
        }
    }
}
