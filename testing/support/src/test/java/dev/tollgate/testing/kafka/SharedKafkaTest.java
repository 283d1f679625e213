package dev.tollgate.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;

class SharedKafkaTest {

    @Test
    void carriesATransactionFromAProducerToAGroup() throws Exception {
        KafkaServer server = KafkaServer.shared();
        assertThat(KafkaServer.shared()).isSameAs(server);
        String topic = "topic-" + UUID.randomUUID();
        Map<String, Object> client = Map.of("bootstrap.servers", server.bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            admin.createTopics(List.of(new NewTopic(topic, Optional.of(3), Optional.empty())))
                    .all()
                    .get(60, TimeUnit.SECONDS);
        }
        try (var producer = new KafkaProducer<>(
                with(client, Map.of("transactional.id", topic)), new StringSerializer(), new StringSerializer())) {
            producer.initTransactions();
            producer.beginTransaction();
            assertThat(producer.send(new ProducerRecord<>(topic, "key", "value")))
                    .isNotNull();
            producer.commitTransaction();
        }
        try (var consumer = new KafkaConsumer<>(
                with(client, Map.of("group.id", topic, "auto.offset.reset", "earliest")),
                new StringDeserializer(),
                new StringDeserializer())) {
            consumer.subscribe(List.of(topic));
            var records = consumer.poll(Duration.ofSeconds(60));
            assertThat(records.iterator().next().value()).isEqualTo("value");
        }
    }

    @Test
    void makesNoTopicByUse() {
        Map<String, Object> client =
                Map.of("bootstrap.servers", KafkaServer.shared().bootstrapServers());
        try (Admin admin = Admin.create(client)) {
            assertThatThrownBy(() -> admin.describeTopics(List.of("never-made"))
                            .allTopicNames()
                            .get(60, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .hasCauseInstanceOf(UnknownTopicOrPartitionException.class);
        }
    }

    private static Map<String, Object> with(Map<String, Object> client, Map<String, Object> more) {
        var all = new HashMap<String, Object>(client);
        all.putAll(more);
        return all;
    }
}
