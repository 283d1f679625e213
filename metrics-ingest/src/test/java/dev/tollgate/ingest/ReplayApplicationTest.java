package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.testing.Events;
import dev.tollgate.ingest.testing.IngestHarness;
import dev.tollgate.schema.contract.DeadLetterHeaders;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.testing.kafka.KafkaServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// A letter that became valid stands here for a record that an older validation refused: it is written as ingest
/// writes letters, with the bytes of a valid event.
class ReplayApplicationTest {

    private static final String REASON = "was refused by a validation that is mended";

    private static IngestHarness harness;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeAll
    static void startsTheService() {
        harness = new IngestHarness();
    }

    @AfterAll
    static void stopsTheService() {
        harness.close();
    }

    @Test
    void replaysWhatIsValidNowOnce() throws ExecutionException, InterruptedException {
        RequestEvent mended = Events.event("replayed", "mended.1", 1);
        RequestEvent known = Events.event("replayed", "known.1", 1);
        harness.publish(List.of(known));
        harness.await("the known event", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'replayed'");
        letter(EventCodec.encode(mended));
        letter(EventCodec.encode(mended));
        letter(EventCodec.encode(known));
        letter("{\"source\":\"bad.1\",\"sequence\":1}".getBytes(StandardCharsets.UTF_8));

        assertThat(run("--reason", REASON)).isZero();
        assertThat(report())
                .contains("\"selected\":4,\"accepted\":1,\"repeated\":1,\"stored\":1,\"conflicting\":0,\"bad\":1")
                .contains("\"tenantId\":\"replayed\",\"reason\":\"id is missing\"");
        harness.await("the replayed event", 2, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = 'replayed'");
        assertThat(harness.database()
                        .texts("SELECT source FROM tenant_metrics_raw WHERE id = '" + mended.id() + "'")
                        .getFirst())
                .isNotEqualTo(mended.source());

        assertThat(run("--reason", REASON)).isZero();
        assertThat(report()).contains("\"accepted\":0,\"repeated\":1,\"stored\":2,\"conflicting\":0,\"bad\":1");
        assertThat(harness.database().count("SELECT count(*) FROM event_keys WHERE tenant_id = 'replayed'"))
                .isEqualTo(1);
    }

    @Test
    void saysWhatIsWrongWithItsArguments() {
        assertThat(run()).isEqualTo(ReplayApplication.EXIT_USAGE);
        assertThat(run("--all", "--service", "x")).isEqualTo(ReplayApplication.EXIT_USAGE);
        assertThat(run("--from", "1")).isEqualTo(ReplayApplication.EXIT_USAGE);
        assertThat(run("--partition", "12")).isEqualTo(ReplayApplication.EXIT_USAGE);
        assertThat(err.toString(StandardCharsets.UTF_8)).contains("--partition must be 0 to 11 but is 12");
    }

    /// The command of `docs/topics.md`.
    @Test
    void kcatReadsTheUsageTopicAsDocumented() throws IOException {
        RequestEvent event = Events.event("read-by-kcat", "kcat.1", 1);
        harness.publish(List.of(event));
        ProcessBuilder kcat = new ProcessBuilder(
                        "kcat",
                        "-b",
                        KafkaServer.shared().bootstrapServers(),
                        "-C",
                        "-t",
                        Topics.USAGE_REQUESTS,
                        "-p",
                        Integer.toString(Topics.partitionOf("read-by-kcat")),
                        "-o",
                        "beginning",
                        "-e",
                        "-q",
                        "-f",
                        "%k %h %s\\n")
                .redirectErrorStream(true);
        String said;
        try {
            said = new String(kcat.start().getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(
                    "kcat is not installed. `./tollgate test` installs it where root runs apt-get; elsewhere install"
                            + " your system's package",
                    e);
        }
        assertThat(said.lines().filter(line -> line.startsWith("read-by-kcat ")))
                .singleElement()
                .asString()
                .contains("ce_type=dev.tollgate.usage.request.v1", "ce_subject=read-by-kcat")
                .endsWith(new String(EventCodec.encode(event), StandardCharsets.UTF_8));
    }

    private int run(String... args) {
        out.reset();
        Map<String, String> environment = Map.of(
                "TOLLGATE_INGEST_DATABASE_URL", harness.database().url(),
                "TOLLGATE_INGEST_DATABASE_USER", "tollgate_ingest",
                "TOLLGATE_INGEST_KAFKA_BOOTSTRAP_SERVERS", KafkaServer.shared().bootstrapServers());
        return ReplayApplication.run(
                args,
                environment,
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    private String report() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private static void letter(byte[] value) throws ExecutionException, InterruptedException {
        var letter = new ProducerRecord<>(Topics.USAGE_DEAD_LETTER, Topics.keyOf("replayed"), value);
        letter.headers().add(DeadLetterHeaders.FIELD, "$".getBytes(StandardCharsets.UTF_8));
        letter.headers().add(DeadLetterHeaders.REASON, REASON.getBytes(StandardCharsets.UTF_8));
        letter.headers().add(DeadLetterHeaders.SERVICE, "ingest".getBytes(StandardCharsets.UTF_8));
        try (var producer = new KafkaProducer<>(
                Map.of("bootstrap.servers", KafkaServer.shared().bootstrapServers()),
                new ByteArraySerializer(),
                new ByteArraySerializer())) {
            assertThat(producer.send(letter).get().hasOffset()).isTrue();
        }
    }
}
