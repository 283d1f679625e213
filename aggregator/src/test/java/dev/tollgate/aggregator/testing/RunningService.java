package dev.tollgate.aggregator.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.AggregatorApplication;
import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.fold.Measurement;
import dev.tollgate.aggregator.fold.postgres.HourlyTable;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.process.TemporaryFolders;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The service with usage queries on, which all tests of this JVM share. Two tenants, `acme` and `rival`, have events
/// of June 2015; tests that write make tenants of their own. Events carry the seed 7.
public final class RunningService {

    public static final Instant FIRST = Instant.parse("2015-06-01T00:00:00Z");

    /// The ten days that `acme` has events in.
    public static final String RANGE = "&from=2015-06-01T00:00:00Z&to=2015-06-11T00:00:00Z";

    /// The route of all events of `rival`.
    public static final String SECRET_ROUTE = "rival-route";

    public static final Duration STATEMENT_TIMEOUT = Duration.ofSeconds(3);

    private static final String CONTEXT_KEY = "5a".repeat(32);
    private static final long ACME_STEP_MS = 432_123;

    private static @Nullable RunningService shared;

    private final List<RequestEvent> acmeEvents;
    private final String acme;
    private final String staff;
    private final Servers servers = new Servers();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Connection superuser;
    private final ConfigurableApplicationContext service;

    private RunningService(Path stateDir) throws SQLException {
        superuser = servers.superuser();
        execute("SELECT tollgate.store_secret('tenant_context', decode(?, 'hex'))", CONTEXT_KEY);
        service = new SpringApplicationBuilder(AggregatorApplication.class)
                .properties(
                        "tollgate.aggregator.database.url=" + servers.databaseUrl(),
                        "tollgate.aggregator.kafka.bootstrap-servers=" + servers.bootstrapServers(),
                        "tollgate.aggregator.streams.state-dir=" + stateDir,
                        "tollgate.aggregator.reconcile.interval=1h",
                        "tollgate.aggregator.query.statement-timeout=" + STATEMENT_TIMEOUT.toMillis() + "ms",
                        "tollgate.aggregator.query.tenant-context-key=" + CONTEXT_KEY)
                .run("--server.port=0");
        tenant("acme", "Asia/Kolkata");
        tenant("rival", "UTC");
        acmeEvents = events("acme", FIRST, ACME_STEP_MS, 2_000);
        events("rival", FIRST, ACME_STEP_MS, 500);
        execute("UPDATE tenant_metrics_raw SET route = ? WHERE tenant_id = 'rival'", SECRET_ROUTE);
        acme = tenantKey("acme", "usage:read");
        staff = staffKey("AUDITOR");
    }

    /// Started by the first call; ends with the JVM.
    public static synchronized RunningService shared() throws SQLException {
        RunningService running = shared;
        if (running == null) {
            running = new RunningService(TemporaryFolders.create("usage"));
            shared = running;
        }
        return running;
    }

    public List<RequestEvent> acmeEvents() {
        return acmeEvents;
    }

    /// A key of `acme` with the scope `usage:read`.
    public String acme() {
        return acme;
    }

    /// A key of an auditor.
    public String staff() {
        return staff;
    }

    public void tenant(String tenantId, String zone) throws SQLException {
        execute(
                "SELECT tollgate.register_tenant(?, ?, ?, 'starter', '2015-01-01', NULL, 'test')",
                tenantId,
                tenantId,
                zone);
    }

    public String tenantKey(String tenantId, String scope) throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        execute(
                "INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by) VALUES (?, ?, ARRAY[?], ?, 'test')",
                key.id(),
                tenantId,
                scope,
                key.hash());
        return key.text();
    }

    public String staffKey(String role) throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        execute(
                "INSERT INTO operator_keys (key_id, name, roles, secret_hash) VALUES (?, 'ada', ARRAY[?], ?)",
                key.id(),
                role,
                key.hash());
        return key.text();
    }

    /// Events of a tenant, one each `stepMs` from `first` on, as raw rows and as buckets. Their routes are `things`
    /// and, each third, a text that is a formula; their methods GET and, each second, PUT.
    public List<RequestEvent> events(String tenantId, Instant first, long stepMs, int count) throws SQLException {
        Events source = new Events(tenantId + ".0", 7);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(source.any(tenantId, first.plusMillis(i * stepMs)));
        }
        store(events);
        execute(
                "UPDATE tenant_metrics_raw SET route = CASE sequence % 3 WHEN 0 THEN '=1+1,\"x\"' ELSE 'things' END,"
                        + " method = CASE sequence % 2 WHEN 0 THEN 'PUT' ELSE 'GET' END WHERE tenant_id = ?",
                tenantId);
        return events;
    }

    /// Events of one tenant as raw rows and as buckets, the last of them last in the log.
    public void store(List<RequestEvent> events) throws SQLException {
        RawTable.store(
                superuser, events, LongStream.range(0, events.size()).boxed().toList());
        Map<Long, List<RequestEvent>> hours = new HashMap<>();
        events.forEach(event -> hours.computeIfAbsent(Hours.floor(event.eventTimeMs()), hour -> new ArrayList<>())
                .add(event));
        HourlyTable.upsertFromRaw(
                superuser, hours.values().stream().map(RunningService::sum).toList());
    }

    /// What events add up to.
    public static HourlyBucket sum(List<RequestEvent> events) {
        RequestEvent first = events.getFirst();
        Bucket bucket = new Bucket(first.tenantId(), Hours.floor(first.eventTimeMs()));
        events.forEach(event -> bucket.add(Measurement.of(event), 0, 1));
        return bucket.toHourly(HourOwner.RAW, null);
    }

    public void execute(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.execute();
        }
    }

    /// The first column of the first row as text.
    public String text(String sql, @Nullable Object... arguments) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                assertThat(row.next()).as(sql).isTrue();
                return String.valueOf(row.getString(1));
            }
        }
    }

    public void publish(List<RequestEvent> events) throws InterruptedException, ExecutionException, TimeoutException {
        servers.publish(events);
    }

    public String bootstrapServers() {
        return servers.bootstrapServers();
    }

    /// A connection of its own, of the superuser.
    public Connection another() throws SQLException {
        return servers.superuser();
    }

    public HttpResponse<String> get(String path, @Nullable String key, String accept) {
        return send(path, key, request -> request.header("Accept", accept));
    }

    /// @param more completes the request, a GET as it comes
    public HttpResponse<String> send(String path, @Nullable String key, Consumer<HttpRequest.Builder> more) {
        String port = service.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        more.accept(request);
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    /// The status of an answer to a path that need not be one.
    public int status(String path, String key) throws IOException {
        int port = Integer.parseInt(service.getEnvironment().getRequiredProperty("local.server.port"));
        try (Socket socket = new Socket("127.0.0.1", port)) {
            String head = "GET " + path + " HTTP/1.1\r\nHost: local\r\nConnection: close\r\nAuthorization: Bearer "
                    + key + "\r\n\r\n";
            socket.getOutputStream().write(head.getBytes(StandardCharsets.UTF_8));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return Integer.parseInt(answer.substring(9, 12));
        }
    }

    public JsonNode json(String path, String key) {
        HttpResponse<String> answer = get(path, key, "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    /// The items of all pages.
    public List<JsonNode> pages(String path, String key) {
        List<JsonNode> rows = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonNode page = json(path + (cursor == null ? "" : "&cursor=" + cursor), key);
            page.path("items").forEach(rows::add);
            cursor = page.has("nextCursor") ? page.path("nextCursor").stringValue() : null;
        } while (cursor != null);
        return rows;
    }

    /// @param type the last part of the problem's address
    public static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).isEqualTo("application/problem+json");
        assertThat(answer.body()).contains("https://tollgate.dev/problems/" + type);
    }
}
