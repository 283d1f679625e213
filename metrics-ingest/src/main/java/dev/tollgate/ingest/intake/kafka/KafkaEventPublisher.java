package dev.tollgate.ingest.intake.kafka;

import dev.tollgate.ingest.intake.EventPublisher;
import dev.tollgate.schema.contract.CloudEventHeaders;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;

/// Publishes events as CloudEvents in binary mode. Safe for use by several threads.
public final class KafkaEventPublisher implements EventPublisher {

    private final Producer<byte[], byte[]> producer;

    /// @param producer idempotent, waits for all replicas, gives up by `delivery.timeout.ms`
    public KafkaEventPublisher(Producer<byte[], byte[]> producer) {
        this.producer = producer;
    }

    @Override
    public void publish(List<RequestEvent> events) {
        List<Future<RecordMetadata>> sent = new ArrayList<>(events.size());
        try {
            for (RequestEvent event : events) {
                sent.add(producer.send(record(event)));
            }
            for (Future<RecordMetadata> one : sent) {
                one.get();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while publishing", e);
        } catch (ExecutionException e) {
            throw new IllegalStateException("the broker did not take " + events.size() + " events", e);
        }
    }

    private static ProducerRecord<byte[], byte[]> record(RequestEvent event) {
        var record = new ProducerRecord<>(
                Topics.USAGE_REQUESTS,
                Topics.partitionOf(event.tenantId()),
                Topics.keyOf(event.tenantId()),
                EventCodec.encode(event));
        CloudEventHeaders.forEach(event, record.headers()::add);
        return record;
    }
}
