package dev.tollgate.bench.metering;

import dev.tollgate.schema.contract.CloudEventHeaders;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.jspecify.annotations.Nullable;

/// Sends events as the gateway's publisher does: keys, headers, one record per event.
public final class TopicFiller {

    private static final Map<String, Object> PRODUCER = Map.of(
            "acks",
            "all",
            "max.in.flight.requests.per.connection",
            "1",
            "linger.ms",
            "20",
            "batch.size",
            "131072",
            "buffer.memory",
            "33554432",
            "max.block.ms",
            "120000");

    private TopicFiller() {}

    /// @param now the events end there
    static FilledTopic fill(MeteringServers servers, long events, Instant now) {
        Instant from = now.minus(SampleEvents.SPAN).minus(SampleEvents.DISORDER);
        SampleEvents sample = new SampleEvents();
        AtomicReference<@Nullable Exception> fault = new AtomicReference<>();
        try (var producer = producer(servers)) {
            for (long i = 0; i < events; i++) {
                producer.send(
                        record(sample.nextOfLog(from.toEpochMilli(), (double) i / events)), (metadata, failed) -> {
                            if (failed != null) {
                                fault.compareAndSet(null, failed);
                            }
                        });
            }
            producer.flush();
        }
        Exception failed = fault.get();
        if (failed != null) {
            throw new IllegalStateException("the topic could not be filled", failed);
        }
        return new FilledTopic(events, from, now);
    }

    public static KafkaProducer<byte[], byte[]> producer(MeteringServers servers) {
        Map<String, Object> settings = new HashMap<>(PRODUCER);
        settings.put("bootstrap.servers", servers.kafka().bootstrapServers());
        return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
    }

    public static ProducerRecord<byte[], byte[]> record(RequestEvent event) {
        var record = new ProducerRecord<>(
                Topics.USAGE_REQUESTS,
                Topics.partitionOf(event.tenantId()),
                Topics.keyOf(event.tenantId()),
                EventCodec.encode(event));
        CloudEventHeaders.forEach(event, record.headers()::add);
        return record;
    }
}
