package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.door.grpc.RateLimitClient;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import dev.tollgate.testing.kafka.KafkaServer;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.function.ToIntFunction;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.springframework.context.ConfigurableApplicationContext;

/// A gateway with its doors open, before real servers and an API that tells what it was sent.
final class DoorsFixture implements AutoCloseable {

    static final Duration SOON = Duration.ofSeconds(30);
    private static final int TRIES_AGAIN_MAX = 200;

    final GatewayDatabase database = GatewayDatabase.create();
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final KafkaServer kafka = KafkaServer.shared();
    private final Vertx vertx = Vertx.vertx();
    private final Path folder;
    private volatile String lastAuthorization = "";
    private final HttpServer api;

    DoorsFixture(Path folder) {
        this.folder = folder;
        this.api = vertx.createHttpServer().requestHandler(request -> {
            String authorization = request.getHeader("Authorization");
            lastAuthorization = authorization == null ? "" : authorization;
            request.response().end(request.method() + " " + request.uri() + " of " + request.getHeader("X-Tenant-Id"));
        });
        api.listen(0, "127.0.0.1").await();
    }

    /// What the API's last request had in the field; empty for nothing.
    String lastAuthorization() {
        return lastAuthorization;
    }

    int apiPort() {
        return api.actualPort();
    }

    /// @param settings of the doors, without their prefix
    ConfigurableApplicationContext start(String name, int eventLoops, Map<String, String> settings) throws Exception {
        List<String> properties = new ArrayList<>();
        settings.forEach((key, value) -> properties.add("tollgate.gateway.doors." + key + "=" + value));
        properties.add("tollgate.gateway.event-loops=" + eventLoops);
        return SmallGateway.start(database, kafka, folder.resolve(name), apiPort(), properties.toArray(String[]::new));
    }

    /// Registers a tenant that is never guessed about, and returns its key.
    String newTenant(String tenantId, long limitPerDay) throws Exception {
        database.execute("""
                SELECT tollgate.register_tenant('%s', '%s', 'UTC', 'free', '2020-01-01',
                    '{"requests_per_minute": 1000, "requests_per_hour": 1000, "requests_per_day": %d,
                      "requests_per_month": 1000, "sliding_fallback": "closed", "calendar_fallback": "closed"}'::jsonb, 'test')
                """.formatted(tenantId, tenantId, limitPerDay));
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        database.execute(
                "INSERT INTO api_keys (key_id, tenant_id, secret_hash, created_by) VALUES ('%s', '%s', '\\x%s', 'test')"
                        .formatted(key.id(), tenantId, HexFormat.of().formatHex(key.hash())));
        return key.text();
    }

    HttpResponse<String> get(int port, String path, Map<String, String> headers) {
        return send("GET", port, path, headers);
    }

    HttpResponse<String> send(String method, int port, String path, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .method(method, HttpRequest.BodyPublishers.noBody());
        headers.forEach(request::header);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException failed) {
            throw new IllegalStateException(failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(interrupted);
        }
    }

    HttpResponse<String> check(int port, String key, String method, String target) {
        return get(port, "/v1/check", Map.of("X-Api-Key", key, "X-Original-Method", method, "X-Original-URI", target));
    }

    static RateLimitResponse askEnvoys(RateLimitClient client, String key, String method, String target) {
        return client.ask(RateLimitClient.request(RateLimitClient.descriptor(
                Map.of("authorization", "Bearer " + key, "method", method, "path", target))));
    }

    static int meant(HttpResponse<String> checked) {
        return checked.headers()
                .firstValue("X-Tollgate-Status")
                .map(Integer::parseInt)
                .orElse(checked.statusCode());
    }

    static Optional<String> header(HttpResponse<String> response, String name) {
        return response.headers().firstValue(name);
    }

    /// The id that a request's event has, or empty when it was denied.
    static Optional<String> ask(Supplier<Answer> door) {
        Answer answer = decided(door, Answer::status);
        return switch (answer.status()) {
            case 200 -> Optional.of(answer.eventId());
            case 429 -> Optional.empty();
            default -> throw new AssertionError("answered " + answer.status());
        };
    }

    /// Asks again while the ledger does not answer in time.
    static HttpResponse<String> decided(Supplier<HttpResponse<String>> door) {
        return decided(door, DoorsFixture::meant);
    }

    /// The same with Envoy's protocol.
    static RateLimitResponse decidedOfEnvoy(Supplier<RateLimitResponse> door) {
        return decided(door, DoorsFixture::meant);
    }

    private static <T> T decided(Supplier<T> door, ToIntFunction<T> status) {
        for (int i = 0; i < TRIES_AGAIN_MAX; i++) {
            T answer = door.get();
            if (status.applyAsInt(answer) != 503) {
                return answer;
            }
        }
        throw new AssertionError("answered 503 " + TRIES_AGAIN_MAX + " times");
    }

    /// The status that the client of the request should get.
    static int meant(RateLimitResponse response) {
        return response.getOverallCode() == Code.OK
                ? 200
                : Integer.parseInt(RateLimitClient.responseHeader(response, "x-tollgate-status")
                        .orElseThrow());
    }

    /// @param status what the request's client should get
    record Answer(int status, String eventId) {}

    /// All events of the tenant that are published by now.
    List<RequestEvent> published(String tenantId) {
        TopicPartition partition = new TopicPartition(Topics.USAGE_REQUESTS, Topics.partitionOf(tenantId));
        List<RequestEvent> found = new ArrayList<>();
        try (KafkaConsumer<byte[], byte[]> consumer = new KafkaConsumer<>(
                Map.of("bootstrap.servers", kafka.bootstrapServers()),
                new ByteArrayDeserializer(),
                new ByteArrayDeserializer())) {
            consumer.assign(List.of(partition));
            consumer.seekToBeginning(List.of(partition));
            long end =
                    consumer.endOffsets(List.of(partition)).values().iterator().next();
            while (consumer.position(partition) < end) {
                consumer.poll(Duration.ofMillis(100)).forEach(record -> {
                    if (new String(record.key(), StandardCharsets.UTF_8).equals(tenantId)
                            && EventCodec.validate(record.value(), record.timestamp())
                                    instanceof Validated.Valid(RequestEvent event)) {
                        found.add(event);
                    }
                });
            }
        }
        return found;
    }

    @Override
    public void close() {
        vertx.close().await();
    }
}
