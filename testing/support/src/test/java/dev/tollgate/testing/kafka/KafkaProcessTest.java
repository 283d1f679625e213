package dev.tollgate.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaProcessTest {

    private static final String TOPIC = "kept";

    @Test
    void keepsAcknowledgedRecordsAcrossAKill(@TempDir Path folder) throws Exception {
        try (KafkaServer server = KafkaServer.startProcess(KafkaServer.Options.lasting(folder.resolve("kafka")))) {
            String bootstrapServers = server.bootstrapServers();
            long pid = server.pid();
            try (Admin admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers))) {
                admin.createTopics(List.of(new NewTopic(TOPIC, Optional.of(1), Optional.empty())))
                        .all()
                        .get(60, TimeUnit.SECONDS);
            }
            try (var producer = producer(bootstrapServers)) {
                producer.send(new ProducerRecord<>(TOPIC, "before")).get(60, TimeUnit.SECONDS);
                server.pause();
                var delayed = producer.send(new ProducerRecord<>(TOPIC, "while paused"));
                assertThatThrownBy(() -> delayed.get(300, TimeUnit.MILLISECONDS))
                        .isInstanceOf(TimeoutException.class);
                server.resume();
                delayed.get(60, TimeUnit.SECONDS);
            }
            server.kill9();
            assertThat(server.isRunning()).isFalse();

            server.restart();
            assertThat(server.bootstrapServers()).isEqualTo(bootstrapServers);
            assertThat(server.pid()).isNotEqualTo(pid);
            assertThat(valuesOf(bootstrapServers, 2)).containsExactly("before", "while paused");
        }
        assertThat(folder.resolve("kafka.pid")).doesNotExist();
    }

    private static KafkaProducer<String, String> producer(String bootstrapServers) {
        return new KafkaProducer<>(
                Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
                new StringSerializer(),
                new StringSerializer());
    }

    private static List<String> valuesOf(String bootstrapServers, int count) {
        List<String> values = new ArrayList<>();
        try (var consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", bootstrapServers, "auto.offset.reset", "earliest"),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.assign(List.of(new TopicPartition(TOPIC, 0)));
            long startNanos = System.nanoTime();
            while (values.size() < count
                    && System.nanoTime() - startNanos < Duration.ofSeconds(60).toNanos()) {
                consumer.poll(Duration.ofMillis(200)).forEach(message -> values.add(message.value()));
            }
        }
        return values;
    }
}
