package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.TopicSpec;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The whole gateway before a real PostgreSQL, a real Kafka and a real upstream.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class GatewayTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    private final HttpClient http = HttpClient.newHttpClient();
    private final KafkaServer kafka = KafkaServer.shared();
    private final GatewayDatabase database = GatewayDatabase.create();
    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private final ConfigurableApplicationContext running;

    GatewayTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        createTopics();
        HttpServer upstream = vertx.createHttpServer()
                .requestHandler(request -> request.response()
                        .putHeader("X-Db-Query-Count", "4")
                        .end("hello " + request.getHeader("X-Tenant-Id")));
        upstream.listen(0, "127.0.0.1").await();
        running = start("shared", upstream.actualPort());
    }

    private void createTopics() throws Exception {
        try (Admin admin = Admin.create(Map.of("bootstrap.servers", kafka.bootstrapServers()))) {
            Set<String> existing = admin.listTopics().names().get();
            List<NewTopic> missing = new ArrayList<>();
            for (TopicSpec topic : Topics.ALL) {
                if (!existing.contains(topic.name())) {
                    missing.add(new NewTopic(topic.name(), topic.partitions(), (short) 1).configs(topic.configs()));
                }
            }
            admin.createTopics(missing).all().get();
        }
    }

    private ConfigurableApplicationContext start(String journal, int upstreamPort) {
        return new SpringApplicationBuilder(GatewayApplication.class)
                .properties(Map.ofEntries(
                        Map.entry("tollgate.gateway.host", "127.0.0.1"),
                        Map.entry("tollgate.gateway.port", "0"),
                        Map.entry("tollgate.gateway.management-port", "0"),
                        Map.entry("tollgate.gateway.admin-port", "0"),
                        Map.entry("tollgate.gateway.event-loops", "2"),
                        Map.entry("tollgate.gateway.database.url", database.url()),
                        Map.entry("tollgate.gateway.kafka.bootstrap-servers", kafka.bootstrapServers()),
                        Map.entry(
                                "tollgate.gateway.journal.directory",
                                folder.resolve(journal).toString()),
                        Map.entry(
                                "tollgate.gateway.snapshot-directory",
                                folder.resolve(journal + "-snapshot").toString()),
                        Map.entry("tollgate.gateway.journal.segment-bytes", "131072"),
                        Map.entry("tollgate.gateway.journal.bytes-max", "4194304"),
                        Map.entry("tollgate.gateway.routes[0].name", "things"),
                        Map.entry("tollgate.gateway.routes[0].path-prefix", "/things"),
                        Map.entry("tollgate.gateway.routes[0].upstream", "http://127.0.0.1:" + upstreamPort)))
                .run();
    }

    @BeforeAll
    void becomesReady() {
        Await.until(
                "the gateway is ready",
                SOON,
                () -> management("/actuator/health/readiness").statusCode() == 200);
    }

    @AfterAll
    void close() {
        running.close();
        vertx.close().await();
    }

    private HttpResponse<String> management(String path) throws Exception {
        return get(running.getBean(Gateway.class).managementPort(), path, Map.of());
    }

    private HttpResponse<String> get(int port, String path, Map<String, String> headers) throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        headers.forEach(request::header);
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> things(ConfigurableApplicationContext gateway, String key) throws Exception {
        return get(gateway.getBean(Gateway.class).port(), "/things/1?x=y", Map.of("Authorization", "Bearer " + key));
    }

    private String newTenant(String tenantId, long limitPerDay) throws Exception {
        database.register(tenantId, 1_000, 1_000, limitPerDay, 1_000);
        return newKey(tenantId);
    }

    private String newKey(String tenantId) throws Exception {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        database.execute(
                "INSERT INTO api_keys (key_id, tenant_id, secret_hash, created_by) VALUES ('%s', '%s', '\\x%s', 'test')"
                        .formatted(key.id(), tenantId, HexFormat.of().formatHex(key.hash())));
        return key.text();
    }

    private HttpResponse<String> untilKnown(String key) {
        return Await.value("the key is known", SOON, () -> {
            try {
                HttpResponse<String> response = things(running, key);
                return response.statusCode() == 401 ? Optional.empty() : Optional.of(response);
            } catch (Exception failed) {
                throw new IllegalStateException(failed);
            }
        });
    }

    private List<ConsumerRecord<byte[], byte[]>> published(String tenantId, int count) {
        TopicPartition partition = new TopicPartition(Topics.USAGE_REQUESTS, Topics.partitionOf(tenantId));
        List<ConsumerRecord<byte[], byte[]>> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Await.until(count + " events of " + tenantId, SOON, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(tenantId)) {
                        found.add(record);
                    }
                });
                return found.size() >= count;
            });
        }
        return found;
    }

    private static RequestEvent event(ConsumerRecord<byte[], byte[]> record) {
        return switch (EventCodec.validate(record.value(), record.timestamp())) {
            case Validated.Valid(RequestEvent event) -> event;
            case Validated.Invalid(String field, String reason) -> throw new AssertionError(field + " " + reason);
        };
    }

    @Test
    void anAdmittedRequestBecomesOneEventOnTheTopic() throws Exception {
        String key = newTenant("acme", 100);
        HttpResponse<String> response = untilKnown(key);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.body()).isEqualTo("hello acme");
        assertThat(response.headers().firstValue("RateLimit").orElseThrow()).startsWith("\"requests_per_");
        ConsumerRecord<byte[], byte[]> record = published("acme", 1).getFirst();
        RequestEvent event = event(record);
        assertThat(event.id())
                .hasToString(response.headers().firstValue("X-Request-Id").orElseThrow());
        assertThat(event.endpoint()).isEqualTo("/things/1");
        assertThat(event.dbQueryCount()).isEqualTo(4);
        assertThat(event.units()).isEqualTo(1);
        assertThat(event.sequence()).isEqualTo(1);
        assertThat(event.source()).endsWith("." + record.partition());
        Map<String, String> headers = new TreeMap<>();
        record.headers()
                .forEach(header -> headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
        assertThat(headers)
                .containsEntry("ce_specversion", "1.0")
                .containsEntry("ce_id", event.id().toString())
                .containsEntry("ce_type", "dev.tollgate.usage.request.v1")
                .containsEntry("ce_source", "tollgate:" + event.source())
                .containsEntry("ce_subject", "acme")
                .containsEntry("content-type", "application/json")
                .containsKey("ce_time");
        Await.until(
                "the heartbeat tells of it",
                SOON,
                () -> database.number(
                                "SELECT count(*) FROM event_sources WHERE source = '%s' AND published = 1 AND appended = 1 AND oldest_pending IS NULL AND state = 'open'"
                                        .formatted(event.source()))
                        == 1);
    }

    @Test
    void beyondTheLimitItAnswers429AndMetersNothing() throws Exception {
        String key = newTenant("small", 3);
        assertThat(untilKnown(key).statusCode()).isEqualTo(200);
        assertThat(things(running, key).statusCode()).isEqualTo(200);
        assertThat(things(running, key).statusCode()).isEqualTo(200);
        HttpResponse<String> denied = things(running, key);
        assertThat(denied.statusCode()).isEqualTo(429);
        assertThat(denied.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(denied.headers().firstValueAsLong("Retry-After").orElseThrow())
                .isPositive();
        assertThat(denied.headers().firstValue("X-RateLimit-Remaining")).contains("0");
        assertThat(denied.body())
                .contains(
                        "http-problem-types#quota-exceeded",
                        "\"quota\":\"requests_per_day\"",
                        "\"limit\":3",
                        "resetsAt");
        assertThat(published("small", 3)).hasSize(3);
        Await.until(
                "the denial is logged",
                SOON,
                () -> database.number(
                                "SELECT count(*) FROM tenant_quota_violations WHERE tenant_id = 'small' AND quota_type = 'requests_per_day' AND route = 'things'")
                        == 1);
        database.execute(
                "UPDATE tenant_quota_violations SET violated_at = violated_at - interval '2 minutes' WHERE tenant_id = 'small'");
        Await.until(
                "the denial is announced, since its minute is over",
                SOON,
                () -> database.number(
                                "SELECT count(*) FROM tenant_quota_violations WHERE tenant_id = 'small' AND announced_count = denied_count")
                        >= 1);
        assertThat(management("/actuator/prometheus").body())
                .contains("tollgate_gateway_denials_counted", "tollgate_gateway_denials_announced");
    }

    @Test
    void aWatchedTenantPassesAndItsViolationNamesTheRoute() throws Exception {
        database.register("watched", 1_000, 1_000, 1, 1_000);
        database.execute("UPDATE tenant_quotas SET enforcement = 'shadow' WHERE tenant_id = 'watched'");
        String key = newKey("watched");
        assertThat(untilKnown(key).statusCode()).isEqualTo(200);
        Await.until("what would have been denied is logged", SOON, () -> {
            assertThat(things(running, key).statusCode()).isEqualTo(200);
            return database.number(
                            "SELECT count(*) FROM tenant_quota_violations WHERE tenant_id = 'watched' AND quota_type = 'requests_per_day' AND route = 'things' AND endpoint = '/things/1'")
                    >= 1;
        });
    }

    @Test
    void anUnknownKeyIsRefusedAndARevokedOneSoonAfter() throws Exception {
        String key = newTenant("left", 100);
        assertThat(untilKnown(key).statusCode()).isEqualTo(200);
        assertThat(things(running, "tg_000000000000_00000000000000000000000000000000")
                        .statusCode())
                .isEqualTo(401);
        database.execute("UPDATE api_keys SET revoked_at = now() WHERE tenant_id = 'left'");
        Await.until(
                "the key is revoked",
                Duration.ofSeconds(5),
                () -> things(running, key).statusCode() == 401);
    }

    @Test
    void metricsAndHealthAreOnTheManagementPort() throws Exception {
        assertThat(management("/actuator/health/liveness").statusCode()).isEqualTo(200);
        assertThat(management("/actuator/health/readiness").body())
                .contains("\"topics\":{\"status\":\"UP\"", "\"kafka\"", "\"postgres\"");
        assertThat(management("/actuator/prometheus").body()).contains("tollgate_gateway_journal_size_bytes");
        assertThat(management("/nothing").statusCode()).isEqualTo(404);
    }

    @Test
    void aCleanStopPublishesAndSealsEverySource() throws Exception {
        String key = newTenant("sealed", 100);
        assertThat(untilKnown(key).statusCode()).isEqualTo(200);
        ConfigurableApplicationContext second = start("second", 9);
        assertThat(things(second, key).statusCode()).isEqualTo(502);
        second.close();
        List<RequestEvent> events =
                published("sealed", 2).stream().map(GatewayTest::event).toList();
        RequestEvent last = events.getLast();
        assertThat(last.responseStatus()).isEqualTo(502);
        assertThat(last.units()).isZero();
        assertThat(database.text(
                        "SELECT state || ' ' || final_sequence || ' ' || published FROM event_sources WHERE source = '%s'"
                                .formatted(last.source())))
                .isEqualTo("sealed 1 1");
        String lane = last.source().substring(0, last.source().indexOf('.'));
        assertThat(database.number("SELECT count(*) FROM event_sources WHERE state = 'sealed' AND source LIKE '%s.%%'"
                        .formatted(lane)))
                .isEqualTo(Topics.PARTITIONS);
        assertThat(Files.exists(folder.resolve("second").resolve(lane).resolve("closed")))
                .isTrue();
    }
}
