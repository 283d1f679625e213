package dev.tollgate.gateway;

import static dev.tollgate.gateway.DoorsFixture.ask;
import static dev.tollgate.gateway.DoorsFixture.decided;
import static dev.tollgate.gateway.DoorsFixture.decidedOfEnvoy;
import static dev.tollgate.gateway.DoorsFixture.header;
import static dev.tollgate.gateway.DoorsFixture.meant;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.DoorsFixture.Answer;
import dev.tollgate.gateway.door.grpc.RateLimitClient;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.nginx.Nginx;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse.Code;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;

/// The whole gateway with both doors, a real nginx and a client of Envoy's protocol before it.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class DoorsTest {

    private static final int LIMIT = 30;
    private static final int TRIES = 60;

    private final Path folder;
    private final DoorsFixture fixture;
    private final ConfigurableApplicationContext running;
    private final Gateway gateway;
    private final RateLimitClient envoy;

    DoorsTest(@TempDir Path folder) throws Exception {
        this.folder = folder;
        fixture = new DoorsFixture(folder);
        running = fixture.start("doors", 2, Map.of("check-port", "0", "rate-limit-port", "0"));
        gateway = running.getBean(Gateway.class);
        envoy = new RateLimitClient(gateway.doors().rateLimitPort());
    }

    @BeforeAll
    void becomesReady() {
        Await.until(
                "the gateway is ready",
                DoorsFixture.SOON,
                () -> management("/actuator/health/readiness").statusCode() == 200);
    }

    @AfterAll
    void close() {
        envoy.close();
        running.close();
        fixture.close();
    }

    private HttpResponse<String> management(String path) {
        return fixture.get(gateway.managementPort(), path, Map.of());
    }

    private HttpResponse<String> check(String key, String method, String target) {
        return fixture.check(gateway.doors().checkPort(), key, method, target);
    }

    private String knownTenant(String tenantId, long limitPerDay) throws Exception {
        String key = fixture.newTenant(tenantId, limitPerDay);
        Await.until("the key is known", DoorsFixture.SOON, () -> meant(check(key, "GET", "/nowhere")) == 404);
        return key;
    }

    private Answer throughProxy(String key) {
        HttpResponse<String> response = fixture.get(gateway.port(), "/things/proxy", Map.of("X-Api-Key", key));
        return new Answer(
                response.statusCode(), header(response, "X-Request-Id").orElse(""));
    }

    private Answer throughCheck(String key) {
        HttpResponse<String> response = check(key, "GET", "/things/check");
        return new Answer(meant(response), header(response, "X-Request-Id").orElse(""));
    }

    private Answer throughEnvoy(String key) {
        RateLimitResponse response = DoorsFixture.askEnvoys(envoy, key, "GET", "/things/envoy");
        return new Answer(
                meant(response),
                RateLimitClient.responseHeader(response, "x-request-id").orElse(""));
    }

    @Test
    void exactlyTheLimitPassesOverAllDoorsEachRequestWithOneEvent() throws Exception {
        String key = knownTenant("spread", LIMIT);
        List<Supplier<Answer>> doors =
                List.of(() -> throughProxy(key), () -> throughCheck(key), () -> throughEnvoy(key));
        Set<String> eventIds = ConcurrentHashMap.newKeySet();
        try (ExecutorService clients = Executors.newFixedThreadPool(doors.size())) {
            List<Future<?>> askers = new ArrayList<>();
            for (Supplier<Answer> door : doors) {
                askers.add(clients.submit(() -> {
                    for (int i = 0; i < TRIES / doors.size(); i++) {
                        ask(door).ifPresent(eventIds::add);
                    }
                }));
            }
            for (Future<?> asker : askers) {
                asker.get();
            }
        }
        // Tokens of a lease that ran out unused are granted again only when they have come back.
        Await.until("the limit is used up", DoorsFixture.SOON, () -> {
            ask(doors.get(eventIds.size() % doors.size())).ifPresent(eventIds::add);
            return eventIds.size() >= LIMIT;
        });
        for (Supplier<Answer> door : doors) {
            assertThat(ask(door)).isEmpty();
        }
        assertThat(eventIds).hasSize(LIMIT).doesNotContain("");
        Await.until(
                "every event is published",
                DoorsFixture.SOON,
                () -> fixture.published("spread").size() >= LIMIT);
        List<RequestEvent> events = fixture.published("spread");
        assertThat(events).extracting(event -> event.id().toString()).containsExactlyInAnyOrderElementsOf(eventIds);
        assertThat(events).allSatisfy(event -> {
            assertThat(event.units()).isEqualTo(1);
            boolean proxied = "/things/proxy".equals(event.endpoint());
            assertThat(event.responseStatus()).isEqualTo(proxied ? 200 : null);
        });
        assertThat(events)
                .extracting(RequestEvent::endpoint)
                .contains("/things/proxy", "/things/check", "/things/envoy");
    }

    @Test
    void whatIsDeniedTakesNothing() throws Exception {
        String key = knownTenant("patient", 2);
        assertThat(ask(() -> throughCheck(key))).isPresent();
        assertThat(ask(() -> throughEnvoy(key))).isPresent();
        for (int i = 0; i < 10; i++) {
            assertThat(ask(() -> throughCheck(key))).isEmpty();
            assertThat(ask(() -> throughEnvoy(key))).isEmpty();
        }
        fixture.database.execute("""
                SELECT tollgate.set_quotas('patient', 'free', '{"requests_per_day": 3}'::jsonb, clock_timestamp(), 'test')
                """);
        Await.until(
                "the raised limit is in force",
                DoorsFixture.SOON,
                () -> ask(() -> throughEnvoy(key)).isPresent());
        assertThat(ask(() -> throughCheck(key))).isEmpty();
    }

    @Test
    void nginxTurnsARefusalIntoWhatTheClientShouldSee() throws Exception {
        Path configuration = Path.of("../docs/nginx").toAbsolutePath().normalize();
        String http = """
                upstream tollgate_check { server 127.0.0.1:%d; keepalive 4; }
                upstream api { server 127.0.0.1:%d; }
                include %s/tollgate-http.conf;
                server {
                    listen 127.0.0.1:${port};
                    include %s/tollgate-server.conf;
                    location / {
                        include %s/tollgate-protect.conf;
                        proxy_pass http://api;
                    }
                }
                """.formatted(
                        gateway.doors().checkPort(), fixture.apiPort(), configuration, configuration, configuration);
        String key = knownTenant("behind-nginx", 2);
        try (Nginx nginx = Nginx.start(Files.createDirectory(folder.resolve("nginx")), http)) {
            Map<String, String> good = Map.of("Authorization", "Bearer " + key, "X-Tenant-Id", "somebody-else");
            HttpResponse<String> unknown = fixture.get(nginx.port(), "/things/1", Map.of("X-Api-Key", "tg_wrong"));
            assertThat(unknown.statusCode()).isEqualTo(401);
            assertThat(header(unknown, "WWW-Authenticate")).contains("Bearer realm=\"tollgate\"");
            assertThat(fixture.get(nginx.port(), "/nowhere", good).statusCode()).isEqualTo(404);
            assertThat(fixture.get(nginx.port(), "/things/%2e%2e/x", good).statusCode())
                    .isEqualTo(400);

            HttpResponse<String> admitted = decided(() -> fixture.get(nginx.port(), "/things/1?x=y", good));
            assertThat(admitted.statusCode()).isEqualTo(200);
            assertThat(admitted.body()).isEqualTo("GET /things/1?x=y of behind-nginx");
            assertThat(fixture.lastAuthorization()).as("the key ends at nginx").isEmpty();
            assertThat(header(admitted, "RateLimit").orElseThrow()).startsWith("\"requests_per_day\";r=");
            assertThat(decided(() -> fixture.send("DELETE", nginx.port(), "/things/2", good))
                            .statusCode())
                    .isEqualTo(200);

            HttpResponse<String> denied = decided(() -> fixture.get(nginx.port(), "/things/1", good));
            assertThat(denied.statusCode()).isEqualTo(429);
            assertThat(header(denied, "Content-Type")).contains("application/problem+json");
            assertThat(Long.parseLong(header(denied, "Retry-After").orElseThrow()))
                    .isPositive();
            assertThat(header(denied, "RateLimit").orElseThrow()).startsWith("\"requests_per_day\";r=0;");
            assertThat(header(denied, "RateLimit-Policy").orElseThrow()).contains("\"requests_per_day\";q=2;w=86400");
            assertThat(denied.body()).contains("http-problem-types#quota-exceeded", "\"limit\":2", "\"status\":429");
            assertThat(decided(() -> fixture.send("HEAD", nginx.port(), "/things/1", good))
                            .statusCode())
                    .isEqualTo(429);
        }
        Await.until(
                "both events are published",
                DoorsFixture.SOON,
                () -> fixture.published("behind-nginx").size() == 2);
        assertThat(fixture.published("behind-nginx"))
                .extracting(event -> event.method() + " " + event.endpoint())
                .containsExactlyInAnyOrder("GET /things/1", "DELETE /things/2");
    }

    @Test
    void aCheckAnswersAsItsAskerUnderstands() throws Exception {
        String key = knownTenant("checked", 1);
        int port = gateway.doors().checkPort();
        assertThat(fixture.get(port, "/v1/check", Map.of("X-Api-Key", key)).statusCode())
                .isEqualTo(400);
        assertThat(fixture.send("POST", port, "/v1/check", Map.of()).statusCode())
                .isEqualTo(405);
        assertThat(fixture.get(port, "/else", Map.of()).statusCode()).isEqualTo(404);
        Map<String, String> head = Map.of("X-Api-Key", key, "X-Original-Method", "GET", "X-Original-URI", "/things/1");
        HttpResponse<String> allowed = decided(() -> fixture.send("HEAD", port, "/v1/check", head));
        assertThat(allowed.statusCode()).isEqualTo(200);
        assertThat(header(allowed, "X-Tenant-Id")).contains("checked");
        HttpResponse<String> denied = decided(() -> check(key, "GET", "/things/1"));
        assertThat(denied.statusCode()).isEqualTo(403);
        assertThat(header(denied, "X-Tollgate-Status")).contains("429");
        assertThat(header(denied, "X-RateLimit-Remaining")).contains("0");
        assertThat(denied.body()).contains("\"instance\":\"/things/1\"");
        answersAsDescribed("200", allowed);
        answersAsDescribed("403", denied);
        assertThat(management("/actuator/prometheus").body())
                .contains("tollgate_gateway_door_answers_total{door=\"check\",status=\"429\"}");
        assertThat(management("/actuator/health/readiness").body()).contains("checks on port " + port);
    }

    /// Holds an answer against the description that the door serves.
    private void answersAsDescribed(String status, HttpResponse<String> answer) {
        HttpResponse<String> served = fixture.get(gateway.doors().checkPort(), "/openapi.yaml", Map.of());
        assertThat(header(served, "Content-Type")).contains("application/yaml");
        JsonNode document = AdminExamplesTest.described(served.body());
        JsonNode described = document.at("/paths/~1v1~1check/get/responses/" + status);
        if (described.has("$ref")) {
            described = document.at(described.get("$ref").asString().substring(1));
        }
        for (Map.Entry<String, JsonNode> field : described.get("headers").properties()) {
            Optional<String> value = header(answer, field.getKey());
            assertThat(value.isPresent() || !field.getValue().path("required").asBoolean(false))
                    .as(field.getKey())
                    .isTrue();
            value.ifPresent(text -> assertThat(text)
                    .as(field.getKey())
                    .matches(field.getValue().at("/schema/pattern").asString(".*")));
        }
        JsonNode schema = described.at("/content/application~1problem+json/schema");
        if (schema.isMissingNode()) {
            assertThat(answer.body()).isEmpty();
        } else {
            AdminExamplesTest.conforms(status, document, schema, AdminFixture.JSON.readTree(answer.body()));
        }
    }

    @Test
    void envoyLearnsTheLimitAndWhyARequestMayNotPass() throws Exception {
        String key = knownTenant("meshed", 10);
        RateLimitResponse allowed = decidedOfEnvoy(() -> envoy.ask(RateLimitClient.request(
                RateLimitClient.withHits(RateLimitClient.descriptor(Map.of("api_key", key)), 9),
                RateLimitClient.descriptor(Map.of("method", "POST", "path", "/things/1?x=y")))));
        assertThat(allowed.getOverallCode()).isEqualTo(Code.OK);
        assertThat(allowed.getStatusesList()).hasSize(2).allSatisfy(status -> {
            assertThat(status.getCurrentLimit().getName()).isEqualTo("requests_per_day");
            assertThat(status.getCurrentLimit().getRequestsPerUnit()).isEqualTo(10);
            assertThat(status.getCurrentLimit().getUnit()).isEqualTo(RateLimitResponse.RateLimit.Unit.DAY);
            assertThat(status.getLimitRemaining()).isBetween(0, 1);
        });
        assertThat(allowed.getRequestHeadersToAdd(0).getKey()).isEqualTo("x-tenant-id");
        assertThat(allowed.getRequestHeadersToAdd(0).getValue()).isEqualTo("meshed");

        RateLimitResponse denied = decidedOfEnvoy(() -> envoy.ask(RateLimitClient.request(RateLimitClient.withHits(
                RateLimitClient.descriptor(Map.of("api_key", key, "method", "GET", "path", "/things/1")), 2))));
        assertThat(denied.getOverallCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(denied.getStatuses(0).getLimitRemaining()).isZero();
        assertThat(denied.getStatuses(0).getDurationUntilReset().getSeconds()).isPositive();
        assertThat(RateLimitClient.responseHeader(denied, "retry-after")).isPresent();
        assertThat(RateLimitClient.responseHeader(denied, "ratelimit")).isPresent();
        assertThat(RateLimitClient.responseHeader(denied, "ratelimit-policy")).isPresent();
        assertThat(denied.getRawBody().toStringUtf8()).contains("quota-exceeded", "\"limit\":10");

        RateLimitResponse unknown = DoorsFixture.askEnvoys(envoy, "tg_wrong", "GET", "/things/1");
        assertThat(unknown.getOverallCode()).isEqualTo(Code.OVER_LIMIT);
        assertThat(RateLimitClient.responseHeader(unknown, "x-tollgate-status")).contains("401");
        assertThatThrownBy(() -> envoy.ask(
                        RateLimitClient.request().toBuilder().setDomain("other").build()))
                .isInstanceOfSatisfying(
                        StatusRuntimeException.class,
                        failed -> assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.INVALID_ARGUMENT));
        Await.until(
                "the event is published",
                DoorsFixture.SOON,
                () -> fixture.published("meshed").size() == 1);
        RequestEvent event = fixture.published("meshed").getFirst();
        assertThat(event.units()).isEqualTo(9);
        assertThat(event.method()).isEqualTo("POST");
        assertThat(event.endpoint()).isEqualTo("/things/1");
    }
}
