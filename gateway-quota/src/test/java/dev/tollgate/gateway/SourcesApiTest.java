package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// `/v1/sources` of a running gateway with one event loop, before real servers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class SourcesApiTest {

    private static final Duration SOON = Duration.ofSeconds(30);
    private static final String TENANT = "sources-" + Long.toHexString(new SecureRandom().nextLong());

    private final HttpClient http = HttpClient.newHttpClient();
    private final KafkaServer kafka = KafkaServer.shared();
    private final GatewayDatabase database = GatewayDatabase.create();
    private final Vertx vertx = Vertx.vertx();
    private final Promise<Void> released = Promise.promise();
    private final AtomicBoolean slowArrived = new AtomicBoolean();
    private final List<String> answered = new ArrayList<>();
    private final ConfigurableApplicationContext running;
    private final String operator;
    private final String auditor;
    private final String tenantKey;

    SourcesApiTest(@TempDir Path folder) throws Exception {
        HttpServer upstream = vertx.createHttpServer().requestHandler(request -> {
            if (String.valueOf(request.path()).endsWith("/slow")) {
                slowArrived.set(true);
                released.future().onComplete(now -> request.response().end("late"));
            } else {
                request.response().end("hello");
            }
        });
        upstream.listen(0, "127.0.0.1").await();
        operator = operatorKey("olivia", Role.OPERATOR);
        auditor = operatorKey("arthur", Role.AUDITOR);
        tenantKey = newTenant();
        running = SmallGateway.start(database, kafka, folder, upstream.actualPort());
    }

    @AfterAll
    void close() {
        running.close();
        vertx.close().await();
    }

    private String operatorKey(String name, Role role) throws Exception {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try (Connection connection = database.connect()) {
            PostgresOperatorKeys.add(connection, key, new Operator(name, Set.of(role)));
        }
        return key.text();
    }

    private String newTenant() throws Exception {
        database.register(TENANT, 100_000, 100_000, 100_000, 100_000);
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        database.execute(
                "INSERT INTO api_keys (key_id, tenant_id, secret_hash, created_by) VALUES ('%s', '%s', '\\x%s', 'test')"
                        .formatted(key.id(), TENANT, HexFormat.of().formatHex(key.hash())));
        return key.text();
    }

    private HttpResponse<String> admin(String method, String path, String key, String body) throws Exception {
        int port = running.getBean(Gateway.class).adminPort();
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> abandon(String source, String body) throws Exception {
        return admin("POST", "/v1/sources/" + source + "/abandon", operator, body);
    }

    private CompletableFuture<HttpResponse<String>> thing(String name) {
        URI uri =
                URI.create("http://127.0.0.1:" + running.getBean(Gateway.class).port() + "/things/" + name);
        return http.sendAsync(
                HttpRequest.newBuilder(uri).header("X-Api-Key", tenantKey).build(),
                HttpResponse.BodyHandlers.ofString());
    }

    /// A slow machine's ledger may refuse a request, which then leaves no event.
    private void note(HttpResponse<String> response) {
        if (response.statusCode() == 200) {
            answered.add(response.headers().firstValue("X-Request-Id").orElseThrow());
        }
    }

    private void answer(String name) throws Exception {
        note(thing(name).get(SOON.toSeconds(), TimeUnit.SECONDS));
    }

    /// A request that the upstream has and does not answer yet.
    private CompletableFuture<HttpResponse<String>> inFlight() {
        AtomicReference<CompletableFuture<HttpResponse<String>>> latest = new AtomicReference<>(thing("slow"));
        Await.until("a request is in flight", SOON, () -> {
            if (latest.get().isDone()) {
                latest.set(thing("slow"));
            }
            return slowArrived.get();
        });
        return latest.get();
    }

    private void openSource(String source) throws Exception {
        database.execute(
                "INSERT INTO event_sources (source, origin, instance, partition_id, appended, heartbeat_at) VALUES ('%s', 'gateway', 'gone', 3, 5, now())"
                        .formatted(source));
    }

    private List<RequestEvent> published(int count) {
        TopicPartition partition = new TopicPartition(Topics.USAGE_REQUESTS, Topics.partitionOf(TENANT));
        List<RequestEvent> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Await.until(count + " events", SOON, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(message -> {
                    if (EventCodec.validate(message.value(), message.timestamp()) instanceof Validated.Valid(var event)
                            && event.tenantId().equals(TENANT)) {
                        found.add(event);
                    }
                });
                return found.size() >= count;
            });
        }
        return found;
    }

    @Test
    void onlyOperatorsMayAndEveryFaultIsAProblem() throws Exception {
        openSource("gone.3");
        String good = "{\"reason\": \"its disk is gone\"}";
        assertThat(admin("GET", "/v1/sources", "", "").statusCode()).isEqualTo(401);
        assertThat(admin("GET", "/v1/sources", tenantKey, "").statusCode()).isEqualTo(401);
        HttpResponse<String> refused = admin("POST", "/v1/sources/gone.3/abandon", auditor, good);
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.headers().firstValue("Content-Type")).contains("application/problem+json");
        assertThat(refused.body()).contains("problems/forbidden", "\"instance\":\"/v1/sources/gone.3/abandon\"");
        assertThat(abandon("nobody.3", good).statusCode()).isEqualTo(404);
        assertThat(abandon("gone.3/..", good).statusCode()).isEqualTo(404);
        assertThat(admin("GET", "/v1/sources/gone.3/abandon", operator, "").statusCode())
                .isEqualTo(405);
        for (String bad :
                List.of("", "[]", "{}", "{\"reason\": \" \"}", "{\"reason\": 1}", "{\"reason\": \"\\u0000\"}")) {
            assertThat(abandon("gone.3", bad).statusCode()).as(bad).isEqualTo(400);
        }
        assertThat(abandon("gone.3", "{\"reason\": \"" + "x".repeat(10_000) + "\"}")
                        .statusCode())
                .isEqualTo(413);
        assertThat(admin("GET", "/v1/sources?limit=0", operator, "").statusCode())
                .isEqualTo(400);
        assertThat(admin("GET", "/v1/sources?cursor=x", operator, "").body()).contains("invalid-cursor");
        assertThat(database.text("SELECT state FROM event_sources WHERE source = 'gone.3'"))
                .isEqualTo("open");
        HttpResponse<String> done = abandon("gone.3", good);
        assertThat(done.statusCode()).isEqualTo(200);
        assertThat(new JsonObject(done.body()).getLong("knownGap")).isEqualTo(5);
        assertThat(abandon("gone.3", "{\"reason\": \"again\"}").body()).contains("its disk is gone", "olivia");
        assertThat(database.number("SELECT count(*) FROM audit_log WHERE subject = 'event_sources/gone.3'"))
                .isEqualTo(1);
        database.execute(
                "INSERT INTO event_sources (source, origin, instance, partition_id, state, sealed_at, final_sequence, heartbeat_at) VALUES ('sealed.3', 'gateway', 'gone', 3, 'sealed', now(), 0, now())");
        assertThat(abandon("sealed.3", good).statusCode()).isEqualTo(409);
        assertThat(admin("GET", "/openapi.yaml", "", "").body()).startsWith("openapi: 3.1.0");
    }

    @Test
    void listsEverySourceOncePageByPage() throws Exception {
        for (int i = 0; i < 5; i++) {
            openSource("page-" + i + ".3");
        }
        List<String> listed = new ArrayList<>();
        String cursor = "";
        do {
            HttpResponse<String> page = admin("GET", "/v1/sources?limit=7" + cursor, operator, "");
            assertThat(page.statusCode()).isEqualTo(200);
            JsonObject body = new JsonObject(page.body());
            JsonArray items = body.getJsonArray("items");
            for (int i = 0; i < items.size(); i++) {
                listed.add(items.getJsonObject(i).getString("source"));
            }
            cursor = body.containsKey("nextCursor") ? "&cursor=" + body.getString("nextCursor") : "";
        } while (!cursor.isEmpty());
        assertThat(listed).doesNotHaveDuplicates().contains("page-0.3", "page-4.3");
        assertThat(listed).hasSizeGreaterThanOrEqualTo(Topics.PARTITIONS + 5);
    }

    /// The strike: the running gateway's own source is abandoned while one request is in flight.
    @Test
    void aRunningGatewayGoesOnUnderAnotherSourceAndCountsEveryRequestOnce() throws Exception {
        Await.until("the key is known", SOON, () -> {
            answer("1");
            return !answered.isEmpty();
        });
        String source = published(1).getFirst().source();
        CompletableFuture<HttpResponse<String>> slow = inFlight();
        assertThat(abandon(source, "{\"reason\": \"the operator erred\"}").statusCode())
                .isEqualTo(200);
        String lane = source.substring(0, source.indexOf('.'));
        String others =
                "SELECT count(*) FROM event_sources WHERE origin = 'gateway' AND state = 'open' AND instance LIKE 'gateway-%' AND source NOT LIKE '"
                        + lane + ".%'";
        while (database.number(others) < Topics.PARTITIONS) {
            answer("2");
        }
        Await.until("the other sources of the lane are sealed", SOON, () -> {
            answer("3");
            return database.number("SELECT count(*) FROM event_sources WHERE state = 'sealed' AND source LIKE '" + lane
                            + ".%'")
                    == Topics.PARTITIONS - 1;
        });
        released.complete();
        note(slow.get(SOON.toSeconds(), TimeUnit.SECONDS));
        String late = answered.getLast();
        List<RequestEvent> events = published(answered.size());
        assertThat(events).extracting(event -> event.id().toString()).containsExactlyInAnyOrderElementsOf(answered);
        String following = events.getLast().source();
        assertThat(following).isNotEqualTo(source);
        assertThat(events)
                .filteredOn(event -> event.id().toString().equals(late))
                .allMatch(event -> event.source().equals(following));
        for (String each : List.of(source, following)) {
            List<Long> sequences = events.stream()
                    .filter(event -> event.source().equals(each))
                    .map(RequestEvent::sequence)
                    .toList();
            assertThat(sequences).first().isEqualTo(1L);
            assertThat(sequences).last().isEqualTo((long) sequences.size());
        }
    }
}
