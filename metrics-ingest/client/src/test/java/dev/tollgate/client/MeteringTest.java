package dev.tollgate.client;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.IngestApplication;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.schema.database.ProvisionTopics;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.net.FaultProxy;
import dev.tollgate.testing.postgres.PostgresServer;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ApplicationContextInitializer;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.support.GenericApplicationContext;

/// A Spring application with the filter, the intake behind it, and what arrives in the raw table. Between them is a
/// proxy that breaks the way. Each test has a tenant of its own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class MeteringTest {

    private static final Duration DEADLINE = Duration.ofSeconds(30);

    private final PostgresServer postgres = PostgresServer.shared();
    private final String database = postgres.createDatabase();
    private final HttpClient http = HttpClient.newHttpClient();
    private final ConfigurableApplicationContext ingest = ingest();
    private final FaultProxy way = FaultProxy.to("127.0.0.1", port(ingest));

    @AfterAll
    void stop() {
        way.close();
        ingest.close();
    }

    @Test
    void everyRequestThatCompletedIsStoredOnceThoughTheWayBreaks() {
        int requests = 400;
        TollgateClient client = client("many", 10_000, Duration.ofMinutes(1));
        try (ConfigurableApplicationContext application = application(client)) {
            List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
            for (int i = 0; i < requests; i++) {
                // Struck after each quarter: answers come later than the client waits, then connections are cut.
                switch (i) {
                    case 100 -> way.latency(Duration.ofMillis(2_100));
                    case 200 -> way.reset();
                    case 300 -> way.pass();
                    default -> {}
                }
                answers.add(http.sendAsync(
                        request(application, "many", "/items/" + i), HttpResponse.BodyHandlers.ofString()));
                if (i % 20 == 19) {
                    answers.forEach(CompletableFuture::join);
                }
            }
            assertThat(answers).allMatch(answer -> answer.join().statusCode() == 200);
        }
        way.pass();
        Await.until("all sent", DEADLINE, () -> client.counts().sent() == requests);
        client.close();
        await("many", requests);
        assertThat(texts("SELECT count(DISTINCT endpoint) || ' ' || min(route) || ' ' || min(response_status) FROM"
                        + " tenant_metrics_raw WHERE tenant_id = 'many'"))
                .containsExactly(requests + " /items/{id} 200");
    }

    @Test
    void measuresWhatTheGatewayWould() throws Exception {
        TollgateClient client = client("kinds", 10_000, Duration.ofMinutes(1));
        try (ConfigurableApplicationContext application = application(client)) {
            send(request(application, "kinds", "/items/ä?secret=1".replace("ä", "%C3%A4")));
            send(HttpRequest.newBuilder(request(application, "kinds", "/echo"), (name, value) -> true)
                    .POST(HttpRequest.BodyPublishers.ofString("12345"))
                    .build());
            send(request(application, "kinds", "/boom"));
            send(request(application, "kinds", "/nothing"));
            send(request(application, "kinds", "/later"));
            send(request(application, "kinds", "/later-boom"));
            send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(application) + "/items/unmetered"))
                    .build());
            goAwayFrom(application);
            await("kinds", 7);
        }
        client.close();
        assertThat(texts("SELECT concat_ws(' ', method, endpoint, route, response_status,"
                        + " CASE WHEN response_status < 300 THEN bytes_sent || ' ' || bytes_received END)"
                        + " FROM tenant_metrics_raw WHERE tenant_id = 'kinds' ORDER BY 1"))
                .containsExactly(
                        "GET /boom /boom 500",
                        "GET /endless /endless 499",
                        "GET /items/%C3%A4 /items/{id} 200 7 0",
                        "GET /later /later 200 5 0",
                        "GET /later-boom /later-boom 500",
                        "GET /nothing /** 404",
                        "POST /echo /echo 200 5 5");
    }

    @Test
    void neverWaitsAndCountsWhatItCouldNotSend() {
        way.blackhole();
        try {
            TollgateClient client = client("full", 100, Duration.ofSeconds(1));
            int taken = 0;
            for (int i = 0; i < 150; i++) {
                taken += client.record("full", event()) ? 1 : 0;
            }
            assertThat(taken).isEqualTo(100);
            assertThat(client.counts().dropped()).isEqualTo(50);
            Await.until("given up", DEADLINE, () -> client.counts().expired() == 100);
            assertThat(client.record("full", event())).isTrue();
            client.close();
            ClientCounts counts = client.counts();
            assertThat(counts.sent() + counts.refused()).isZero();
            assertThat(counts.dropped() + counts.expired()).isEqualTo(151);
            assertThat(client.record("full", event())).isFalse();
        } finally {
            way.pass();
        }
    }

    @Test
    void countsWhatTheIntakeRefusesAndSendsTheRest() {
        TollgateClient client = client("refused", 1_000, Duration.ofMinutes(1));
        UsageEvent event = event();
        client.record("refused", event);
        client.record(
                "refused",
                new UsageEvent(
                        UsageEvent.Type.STORAGE_WRITE,
                        event.time(),
                        null,
                        null,
                        null,
                        null,
                        0,
                        0,
                        null,
                        0,
                        0,
                        null,
                        null));
        client.record("stranger", event);
        client.close();
        assertThat(client.counts()).isEqualTo(new ClientCounts(1, 1, 1, 0));
        await("refused", 1);
    }

    private TollgateClient client(String tenantId, int eventsMax, Duration ageMax) {
        String key = key(tenantId);
        ClientSettings settings = new ClientSettings(
                URI.create("http://127.0.0.1:" + way.port() + "/v1/events"),
                "sample",
                eventsMax,
                Math.min(50, eventsMax),
                Duration.ofMillis(20),
                Duration.ofMillis(50),
                Duration.ofMillis(200),
                ageMax,
                Duration.ofSeconds(2),
                Duration.ofSeconds(2));
        AtomicBoolean asked = new AtomicBoolean();
        return new TollgateClient(settings, tenant -> {
            if (asked.compareAndSet(false, true)) {
                throw new IllegalStateException("the ring fails at first: an attempt like others");
            }
            return tenant.equals(tenantId) ? key : null;
        });
    }

    private static UsageEvent event() {
        return new UsageEvent(
                UsageEvent.Type.API_REQUEST, Instant.now(), null, "/x", "GET", null, 1, 0, 200, 1, 1, null, null);
    }

    private static ConfigurableApplicationContext application(TollgateClient client) {
        ApplicationContextInitializer<GenericApplicationContext> withClient =
                context -> context.registerBean(TollgateClient.class, () -> client);
        return new SpringApplicationBuilder(SampleApplication.class)
                .initializers(withClient)
                .run("--server.port=0", "--logging.level.root=ERROR", "--server.shutdown=graceful");
    }

    private static HttpRequest request(ConfigurableApplicationContext application, String tenant, String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port(application) + path))
                .header("X-Tenant", tenant)
                .build();
    }

    private void send(HttpRequest request) throws IOException, InterruptedException {
        assertThat(http.send(request, HttpResponse.BodyHandlers.ofString()).statusCode())
                .isPositive();
    }

    private static void goAwayFrom(ConfigurableApplicationContext application) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", port(application))) {
            socket.getOutputStream()
                    .write("GET /endless HTTP/1.1\r\nHost: x\r\nX-Tenant: kinds\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII));
            assertThat(socket.getInputStream().readNBytes(100)).hasSize(100);
        }
    }

    private ConfigurableApplicationContext ingest() {
        Migrate.migrate(MigrateOptions.of(postgres.url(database), postgres.superuser()));
        String kafka = KafkaServer.shared().bootstrapServers();
        ProvisionTopics.provision(kafka, Map.of(), (short) 1);
        return new SpringApplicationBuilder(IngestApplication.class)
                .run(
                        "--server.port=0",
                        "--tollgate.ingest.database.url=" + postgres.url(database),
                        "--tollgate.ingest.database.user=tollgate_ingest",
                        "--tollgate.ingest.kafka.bootstrap-servers=" + kafka,
                        "--tollgate.ingest.group-id=" + database,
                        "--logging.level.root=ERROR");
    }

    private static int port(ConfigurableApplicationContext context) {
        return Integer.parseInt(context.getEnvironment().getRequiredProperty("local.server.port"));
    }

    private String key(String tenantId) {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        texts("SELECT tollgate.register_tenant('" + tenantId + "', 'T', 'UTC', 'starter', '2026-01-01', NULL, 'test')");
        texts("INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by) VALUES ('" + key.id() + "', '"
                + tenantId + "', ARRAY['events:write'], '\\x" + HexFormat.of().formatHex(key.hash())
                + "', 'test') RETURNING key_id");
        return key.text();
    }

    private void await(String tenant, int rows) {
        Await.until(
                rows + " rows of " + tenant,
                DEADLINE,
                () -> texts("SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = '" + tenant + "'")
                        .equals(List.of(Integer.toString(rows))));
    }

    private List<String> texts(String sql) {
        try (Connection connection =
                        postgres.dataSource(database, postgres.superuser()).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            List<String> texts = new ArrayList<>();
            while (row.next()) {
                texts.add(String.valueOf(row.getString(1)));
            }
            return texts;
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }
}
