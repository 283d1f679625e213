package dev.tollgate.ingest.batch.kafka;

import dev.tollgate.ingest.batch.DeadLetter;
import dev.tollgate.ingest.batch.DeadLetterQueue;
import dev.tollgate.ingest.batch.LogRecord;
import dev.tollgate.ingest.store.StoreUnavailableException;
import dev.tollgate.schema.contract.DeadLetterHeaders;
import dev.tollgate.schema.contract.Topics;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Headers;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends dead letters with the original's bytes and headers, and writes one log line for each, at most
/// `LOG_LINES_MAX` per call. Safe for use by several threads.
public final class KafkaDeadLetters implements DeadLetterQueue {

    private static final Logger LOG = LoggerFactory.getLogger(KafkaDeadLetters.class);
    private static final String SERVICE = "ingest";
    private static final int LOG_LINES_MAX = 20;

    private final Producer<byte[], byte[]> producer;

    /// @param producer waits for all replicas and gives up by `delivery.timeout.ms`
    public KafkaDeadLetters(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    @Override
    public void send(List<DeadLetter> letters) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(letters.size());
        try {
            for (DeadLetter letter : letters) {
                sent.add(producer.send(record(letter)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new StoreUnavailableException("interrupted while sending dead letters", e);
        } catch (ExecutionException | RuntimeException e) {
            throw new StoreUnavailableException("could not send " + letters.size() + " dead letters", e);
        }
        log(letters);
    }

    private static void log(List<DeadLetter> letters) {
        for (DeadLetter letter : letters.subList(0, Math.min(LOG_LINES_MAX, letters.size()))) {
            LogRecord origin = letter.origin();
            LOG.warn(
                    "Dead letter of tenant {}: {} {} ({}-{} at {})",
                    letter.tenant(),
                    letter.field(),
                    letter.reason(),
                    Topics.USAGE_REQUESTS,
                    origin.partition(),
                    origin.offset());
        }
        if (letters.size() > LOG_LINES_MAX) {
            LOG.warn("And {} more dead letters in the same batch", letters.size() - LOG_LINES_MAX);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(DeadLetter letter) {
        LogRecord origin = letter.origin();
        var record = new ProducerRecord<byte[], byte[]>(Topics.USAGE_DEAD_LETTER, origin.key(), origin.value());
        Headers headers = record.headers();
        origin.headers().forEach(headers::add);
        add(headers, DeadLetterHeaders.REASON, letter.reason());
        add(headers, DeadLetterHeaders.FIELD, letter.field());
        add(headers, DeadLetterHeaders.ORIGIN_TOPIC, Topics.USAGE_REQUESTS);
        add(headers, DeadLetterHeaders.ORIGIN_PARTITION, Integer.toString(origin.partition()));
        add(headers, DeadLetterHeaders.ORIGIN_OFFSET, Long.toString(origin.offset()));
        add(headers, DeadLetterHeaders.ORIGIN_TIMESTAMP, Long.toString(origin.timestampMs()));
        add(headers, DeadLetterHeaders.SERVICE, SERVICE);
        return record;
    }

    private static void add(Headers headers, String name, String value) {
        headers.add(name, value.getBytes(StandardCharsets.UTF_8));
    }
}
