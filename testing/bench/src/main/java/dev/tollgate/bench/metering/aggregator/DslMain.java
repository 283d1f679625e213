package dev.tollgate.bench.metering.aggregator;

import dev.tollgate.schema.contract.Topics;
import java.time.Duration;
import java.util.Properties;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.common.serialization.Serde;
import org.apache.kafka.common.serialization.Serdes;
import org.apache.kafka.streams.KafkaStreams;
import org.apache.kafka.streams.StreamsBuilder;
import org.apache.kafka.streams.StreamsConfig;
import org.apache.kafka.streams.kstream.Consumed;
import org.apache.kafka.streams.kstream.Grouped;
import org.apache.kafka.streams.kstream.Materialized;
import org.apache.kafka.streams.kstream.TimeWindows;
import org.apache.kafka.streams.processor.TimestampExtractor;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;

/// The plain Streams DSL: JSON serdes, windows of an hour by event time, an aggregate kept in a changelogged window
/// store, exactly once. It neither drops repeats nor publishes, which spares it work.
final class DslMain {

    /// The aggregator's while it catches up.
    private static final int COMMIT_INTERVAL_MS = 5_000;

    private static final Duration GRACE = Duration.ofHours(72);
    private static final ObjectMapper MAPPER = JsonMapper.builder()
            .disable(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .build();

    private DslMain() {}

    public static void main(String[] arguments) {
        Properties properties = new Properties();
        properties.put(StreamsConfig.BOOTSTRAP_SERVERS_CONFIG, arguments[0]);
        properties.put(StreamsConfig.APPLICATION_ID_CONFIG, arguments[1]);
        properties.put(StreamsConfig.STATE_DIR_CONFIG, arguments[2]);
        properties.put(StreamsConfig.PROCESSING_GUARANTEE_CONFIG, StreamsConfig.EXACTLY_ONCE_V2);
        properties.put(StreamsConfig.COMMIT_INTERVAL_MS_CONFIG, COMMIT_INTERVAL_MS);
        properties.put(StreamsConfig.consumerPrefix("auto.offset.reset"), "earliest");
        StreamsBuilder builder = new StreamsBuilder();
        TimestampExtractor eventTime = (ConsumerRecord<Object, Object> record, long partitionTime) ->
                ((DslEvent) record.value()).eventTime().toEpochMilli();
        builder.stream(
                        Topics.USAGE_REQUESTS,
                        Consumed.with(Serdes.String(), json(DslEvent.class)).withTimestampExtractor(eventTime))
                .groupByKey(Grouped.with(Serdes.String(), json(DslEvent.class)))
                .windowedBy(TimeWindows.ofSizeAndGrace(Duration.ofHours(1), GRACE))
                .aggregate(
                        DslBucket::empty,
                        (tenant, event, bucket) -> bucket.plus(event),
                        Materialized.with(Serdes.String(), json(DslBucket.class)));
        KafkaStreams streams = new KafkaStreams(builder.build(), properties);
        Runtime.getRuntime().addShutdownHook(new Thread(streams::close));
        streams.start();
    }

    private static <T> Serde<T> json(Class<T> type) {
        return Serdes.serdeFrom(
                (topic, value) -> value == null ? null : MAPPER.writeValueAsBytes(value),
                (topic, bytes) -> bytes == null ? null : MAPPER.readValue(bytes, type));
    }
}
