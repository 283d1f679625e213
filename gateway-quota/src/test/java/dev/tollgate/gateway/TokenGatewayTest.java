package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.token.TestIssuer;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// A running gateway that takes tokens, before real servers.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class TokenGatewayTest {

    private static final Duration SOON = Duration.ofSeconds(20);
    private static final String TENANT = "tokens-" + Long.toHexString(new SecureRandom().nextLong());
    private static final TestIssuer.Key FIRST = TestIssuer.ed25519("first");
    private static final TestIssuer.Key SECOND = TestIssuer.rsa("second");

    private final HttpClient http = HttpClient.newHttpClient();
    private final KafkaServer kafka = KafkaServer.shared();
    private final GatewayDatabase database = GatewayDatabase.create();
    private final Vertx vertx = Vertx.vertx();
    private final Path keys;
    private final ConfigurableApplicationContext running;

    TokenGatewayTest(@TempDir Path folder) throws Exception {
        HttpServer upstream = vertx.createHttpServer()
                .requestHandler(request -> request.response().end("hello " + request.getHeader("X-Tenant-Id")));
        upstream.listen(0, "127.0.0.1").await();
        database.register(TENANT, 100_000, 100_000, 100_000, 100_000);
        keys = folder.resolve("keys.json");
        publish(FIRST);
        running = SmallGateway.start(
                database,
                kafka,
                folder.resolve("journal"),
                upstream.actualPort(),
                "tollgate.gateway.jwt.issuer=" + TestIssuer.NAME,
                "tollgate.gateway.jwt.audience=" + TestIssuer.AUDIENCE,
                "tollgate.gateway.jwt.jwks-file=" + keys,
                "tollgate.gateway.jwt.keys-refresh=1s",
                "tollgate.gateway.jwt.tenant-claim=https://example.com/tenant",
                "tollgate.gateway.jwt.user-claim=email");
    }

    private void publish(TestIssuer.Key... published) throws IOException {
        Path next = keys.resolveSibling("next.json");
        Files.writeString(next, TestIssuer.keySet(published));
        Files.move(next, keys, StandardCopyOption.ATOMIC_MOVE);
    }

    @AfterAll
    void close() {
        running.close();
        vertx.close().await();
    }

    private static String token(TestIssuer.Key key, String algorithm) {
        Map<String, Object> claims = TestIssuer.claims(System.currentTimeMillis());
        claims.put("https://example.com/tenant", TENANT);
        claims.put("email", "zoë@example.com");
        return TestIssuer.token(key, algorithm, claims);
    }

    private HttpResponse<String> get(int port, String path, String token) throws Exception {
        return http.send(
                HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                        .header("Authorization", "Bearer " + token)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }

    private HttpResponse<String> things(String token) throws Exception {
        return get(running.getBean(Gateway.class).port(), "/things/1", token);
    }

    private RequestEvent published() {
        List<RequestEvent> found = new ArrayList<>();
        TopicPartition partition = new TopicPartition(Topics.USAGE_REQUESTS, Topics.partitionOf(TENANT));
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            Await.until("an event", SOON, () -> {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (EventCodec.validate(record.value(), record.timestamp()) instanceof Validated.Valid(var event)
                            && event.tenantId().equals(TENANT)) {
                        found.add(event);
                    }
                });
                return !found.isEmpty();
            });
        }
        return found.getFirst();
    }

    @Test
    void tokensAreMeteredByTenantAndUserAndFollowTheIssuersKeys() throws Exception {
        String first = token(FIRST, "EdDSA");
        awaitPassing(first);
        assertThat(published().userId()).isEqualTo("zoë@example.com");
        awaitPassing(first);
        publish(SECOND);
        awaitPassing(token(SECOND, "PS256"));
        assertThat(things(first).statusCode()).isEqualTo(401);
        int management = running.getBean(Gateway.class).managementPort();
        assertThat(get(management, "/actuator/prometheus", first).body())
                .contains(
                        "tollgate_gateway_tokens_verified_total 2.0",
                        "tollgate_gateway_tokens_remembered_total",
                        "tollgate_gateway_tokens_refused_total{reason=\"unknown_key\"}",
                        "tollgate_gateway_tokens_keys 1.0");
        assertThat(get(management, "/actuator/health/readiness", first).body()).contains("issuer-keys", "1 keys");
        Files.delete(keys);
        Await.until(
                "the issuer is away",
                SOON,
                () -> get(management, "/actuator/health/readiness", first)
                        .body()
                        .contains("NoSuchFileException"));
        awaitPassing(token(SECOND, "RS256"));
    }

    /// The issuer's new keys, or the first lease, may take longer than a request waits.
    private void awaitPassing(String token) {
        Await.until("the token passes", SOON, () -> things(token).body().equals("hello " + TENANT));
    }
}
