package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.schema.access.generation.TopicGenerations;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;

/// Reads the usage topic when a test says so, and writes positions and sequences the way ingest does: in one
/// transaction, from the broker's first offset where it no longer has the stored one, from 0 for a topic made anew.
final class StandInIngest {

    private static final String MOVE = """
            INSERT INTO ingest_positions (topic, generation, partition_id, next_offset) VALUES (?, ?, ?, ?)
            ON CONFLICT (topic, generation, partition_id) DO UPDATE SET next_offset = excluded.next_offset""";
    private static final String SEQUENCES = """
            INSERT INTO ingest_sequences (source, partition_id, highest, missing) VALUES (?, ?, ?, ?)
            ON CONFLICT (source) DO UPDATE SET highest = excluded.highest, missing = excluded.missing""";

    private final GatewayDatabase database;
    private final String bootstrapServers;
    private final Map<String, SourceSequences> seen = new HashMap<>();
    private final Map<String, Map<TopicPartition, Long>> positions = new HashMap<>();
    private final Set<UUID> ids = new HashSet<>();

    StandInIngest(GatewayDatabase database, String bootstrapServers) {
        this.database = database;
        this.bootstrapServers = bootstrapServers;
    }

    /// The events stored so far, with those that other tests left on the topic.
    Set<UUID> ids() {
        return Set.copyOf(ids);
    }

    /// Reads to the present end of the topic.
    void read() throws SQLException, ExecutionException, InterruptedException {
        String topicId = topicId();
        List<TopicPartition> partitions = IntStream.range(0, Topics.PARTITIONS)
                .mapToObj(partition -> new TopicPartition(Topics.USAGE_REQUESTS, partition))
                .toList();
        Map<TopicPartition, Long> next = positions.computeIfAbsent(topicId, ignored -> new HashMap<>());
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(partitions);
            Map<TopicPartition, Long> first = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> end = consumer.endOffsets(partitions);
            for (TopicPartition each : partitions) {
                next.merge(each, first.getOrDefault(each, 0L), Math::max);
                consumer.seek(each, next.getOrDefault(each, 0L));
            }
            while (partitions.stream().anyMatch(each -> consumer.position(each) < end.getOrDefault(each, 0L))) {
                consumer.poll(Duration.ofMillis(100)).forEach(this::store);
            }
            partitions.forEach(each -> next.put(each, consumer.position(each)));
        }
        commit(topicId, next);
    }

    private String topicId() throws ExecutionException, InterruptedException {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
            return admin.describeTopics(List.of(Topics.USAGE_REQUESTS))
                    .allTopicNames()
                    .get()
                    .values()
                    .iterator()
                    .next()
                    .topicId()
                    .toString();
        }
    }

    private void store(ConsumerRecord<byte[], byte[]> message) {
        if (EventCodec.validate(message.value(), message.timestamp()) instanceof Validated.Valid(RequestEvent event)) {
            SourceSequences.Acceptance acceptance = seen.computeIfAbsent(
                            event.source(), source -> new SourceSequences())
                    .accept(event.sequence());
            if (acceptance == SourceSequences.Acceptance.NEW && !ids.add(event.id())) {
                throw new AssertionError("event " + event.id() + " came under two numbers");
            }
        }
    }

    private void commit(String topicId, Map<TopicPartition, Long> next) throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement move = connection.prepareStatement(MOVE);
                PreparedStatement sequences = connection.prepareStatement(SEQUENCES)) {
            connection.setAutoCommit(false);
            int generation = TopicGenerations.resolve(connection, Topics.USAGE_REQUESTS, topicId);
            for (Map.Entry<String, SourceSequences> each : seen.entrySet()) {
                String source = each.getKey();
                sequences.setString(1, source);
                sequences.setInt(2, Integer.parseInt(source.substring(source.indexOf('.') + 1)));
                sequences.setLong(3, each.getValue().highest());
                Long[] missing =
                        Arrays.stream(each.getValue().missingLongs()).boxed().toArray(Long[]::new);
                sequences.setArray(4, connection.createArrayOf("bigint", missing));
                sequences.executeUpdate();
            }
            for (Map.Entry<TopicPartition, Long> each : next.entrySet()) {
                move.setString(1, Topics.USAGE_REQUESTS);
                move.setInt(2, generation);
                move.setInt(3, each.getKey().partition());
                move.setLong(4, each.getValue());
                move.executeUpdate();
            }
            connection.commit();
        }
    }
}
