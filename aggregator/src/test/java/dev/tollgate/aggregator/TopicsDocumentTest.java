package dev.tollgate.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.RunningService;
import dev.tollgate.schema.contract.BucketCodec;
import dev.tollgate.schema.contract.DeadLetterHeaders;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.Test;

/// Holds `docs/topics.md` against the topics, and runs every command in it as it stands there.
class TopicsDocumentTest {

    private static final Path DOCUMENT = Path.of("..", "docs", "topics.md");
    private static final Duration DEADLINE = Duration.ofSeconds(30);
    private static final String TENANT = "read-by-kcat";
    private static final String REASON = "its units are no number";

    private final RunningService running = RunningService.shared();
    private final String document = Files.readString(DOCUMENT);

    TopicsDocumentTest() throws SQLException, IOException {}

    @Test
    void describesEachTopicAsItIsMade() {
        List<String> rows = document.lines()
                .filter(line -> line.startsWith("| `"))
                .limit(Topics.ALL.size())
                .toList();
        assertThat(rows).hasSameSizeAs(Topics.ALL);
        for (TopicSpec topic : Topics.ALL) {
            long days = Duration.ofMillis(Long.parseLong(topic.configs().getOrDefault("retention.ms", "0")))
                    .toDays();
            boolean compacted =
                    topic.configs().getOrDefault("cleanup.policy", "").contains("compact");
            assertThat(rows.stream().filter(row -> row.startsWith("| `" + topic.name() + "` |")))
                    .singleElement()
                    .asString()
                    .contains("| " + days + " days" + (compacted ? ", compacted |" : " |"));
        }
    }

    @Test
    void kcatDoesWhatItSays() throws Exception {
        RequestEvent event = new Events("kcat.0", 7)
                .request(TENANT, Instant.now().truncatedTo(ChronoUnit.HOURS).plusMillis(1));
        running.publish(List.of(event));
        letter();
        Await.until(
                "the hour is published",
                DEADLINE,
                () -> running.text(
                                "SELECT count(*) FROM tenant_metrics_hourly WHERE tenant_id = ? AND event_count = 1",
                                TENANT)
                        .equals("1"));
        String value = new String(EventCodec.encode(event), StandardCharsets.UTF_8);
        List<String> commands =
                document.lines().filter(line -> line.startsWith("kcat ")).toList();
        assertThat(commands).hasSize(5);
        assertThat(document.split("kcat -", -1))
                .as("each stands in a line of its own")
                .hasSize(6);

        List<String> said = new ArrayList<>();
        for (String command : commands) {
            said.add(run(command));
        }
        assertThat(said.get(0)).contains(TENANT + " ").contains(value);
        assertThat(said.get(1)).contains(TENANT, "reason=" + REASON, "field=units", "service=ingest");
        assertThat(said.get(2).lines().filter(line -> line.startsWith(TENANT + "|")))
                .last()
                .satisfies(line -> {
                    HourlyBucket bucket = BucketCodec.decode(
                            line.substring(line.indexOf(' ') + 1).getBytes(StandardCharsets.UTF_8));
                    assertThat(bucket.eventCount()).isEqualTo(1);
                    assertThat(line).startsWith(TENANT + "|" + bucket.hourBucket() + " ");
                });
        assertThat(said.get(3)).contains(TENANT + " " + value);
        Topics.ALL.forEach(topic -> assertThat(said.get(4))
                .contains("topic \"" + topic.name() + "\" with " + topic.partitions() + " partitions"));
    }

    /// As ingest writes one.
    private void letter() throws Exception {
        var letter = new ProducerRecord<>(Topics.USAGE_DEAD_LETTER, Topics.keyOf(TENANT), new byte[] {'{'});
        Map.of(DeadLetterHeaders.REASON, REASON, DeadLetterHeaders.FIELD, "units", DeadLetterHeaders.SERVICE, "ingest")
                .forEach((name, text) -> letter.headers().add(name, text.getBytes(StandardCharsets.UTF_8)));
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", running.bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            assertThat(producer.send(letter).get(10, TimeUnit.SECONDS).hasOffset())
                    .isTrue();
        }
    }

    private String run(String command) throws Exception {
        Path output = Files.createTempFile("kcat", ".txt");
        try {
            Process process = new ProcessBuilder("sh", "-c", command.replace("HOST:9092", running.bootstrapServers()))
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            boolean ended = process.waitFor(DEADLINE.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            String said = Files.readString(output);
            assertThat(ended).as("%s ended: %s", command, said).isTrue();
            assertThat(process.exitValue())
                    .as("%s (`./tollgate test` installs kcat where root runs apt-get): %s", command, said)
                    .isZero();
            return said;
        } finally {
            Files.delete(output);
        }
    }
}
