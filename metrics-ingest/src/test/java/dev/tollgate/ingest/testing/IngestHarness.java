package dev.tollgate.ingest.testing;

import dev.tollgate.ingest.IngestApplication;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.boot.SpringApplication;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole service against a database of its own and the shared broker, and hands to feed and to read it.
public final class IngestHarness implements AutoCloseable {

    public static final Duration DEADLINE = Duration.ofSeconds(30);

    /// How long the service waits for more of a request; 2 s unless given.
    public static final String READ_TIMEOUT = "--server.tomcat.connection-timeout=";

    private final TestDatabase database = TestDatabase.create();
    private final KafkaServer kafka = KafkaServer.shared();
    private final TopicFeed feed = new TopicFeed();
    private final List<String> arguments;
    private ConfigurableApplicationContext service;

    public IngestHarness() {
        this(2);
    }

    /// @param requestsMax of the intake at a time
    /// @param more arguments of the service
    public IngestHarness(int requestsMax, String... more) {
        arguments = new ArrayList<>(List.of(more));
        arguments.add("--tollgate.ingest.intake.requests-max=" + requestsMax);
        if (arguments.stream().noneMatch(argument -> argument.startsWith(READ_TIMEOUT))) {
            arguments.add(READ_TIMEOUT + "2s");
        }
        service = start();
    }

    public TestDatabase database() {
        return database;
    }

    public int port() {
        return Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
    }

    public void restart(Runnable whileDown) {
        service.close();
        whileDown.run();
        service = start();
    }

    public void publish(List<RequestEvent> events) {
        feed.publish(events);
    }

    public void publish(String tenant, byte[] value) {
        feed.publish(tenant, value);
    }

    /// Returns once the query answers that number.
    public void await(String what, long expected, String query) {
        Await.until(what, DEADLINE, () -> database.count(query) == expected);
    }

    /// The dead letters of a tenant, oldest first.
    public List<ConsumerRecord<byte[], byte[]>> deadLetters(String tenant, int atLeast) {
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        TopicPartition partition = new TopicPartition(Topics.USAGE_DEAD_LETTER, Topics.partitionOf(tenant));
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Await.until("dead letters of " + tenant, DEADLINE, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(tenant)) {
                        found.add(record);
                    }
                });
                return found.size() >= atLeast;
            });
        }
        return found;
    }

    @Override
    public void close() {
        service.close();
        feed.close();
    }

    private ConfigurableApplicationContext start() {
        List<String> all = new ArrayList<>(arguments);
        all.addAll(List.of(
                "--server.port=0",
                "--tollgate.ingest.database.url=" + database.url(),
                "--tollgate.ingest.database.user=tollgate_ingest",
                "--tollgate.ingest.kafka.bootstrap-servers=" + kafka.bootstrapServers(),
                "--tollgate.ingest.instance=" + database.name(),
                "--tollgate.ingest.group-id=" + database.name(),
                "--logging.level.root=WARN",
                "--logging.level.kafka=ERROR",
                "--logging.level.org.apache.kafka=ERROR",
                "--logging.level.dev.tollgate=INFO"));
        return SpringApplication.run(IngestApplication.class, all.toArray(String[]::new));
    }
}
