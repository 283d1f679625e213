package dev.tollgate.aggregator.query;

import dev.tollgate.aggregator.AggregatorApplication;
import dev.tollgate.aggregator.fold.Bucket;
import dev.tollgate.aggregator.fold.Hours;
import dev.tollgate.aggregator.fold.Measurement;
import dev.tollgate.aggregator.fold.postgres.HourlyTable;
import dev.tollgate.aggregator.testing.Events;
import dev.tollgate.aggregator.testing.RawTable;
import dev.tollgate.aggregator.testing.Servers;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.contract.HourOwner;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.context.ConfigurableApplicationContext;

/// The service with usage queries on, and tenants, keys and events of its own.
final class RunningUsage implements AutoCloseable {

    private static final String CONTEXT_KEY = "5a".repeat(32);

    private final Servers servers = new Servers();
    private final HttpClient http = HttpClient.newHttpClient();
    private final Connection superuser;
    private final ConfigurableApplicationContext service;

    RunningUsage(Path stateDir) throws SQLException {
        superuser = servers.superuser();
        execute("SELECT tollgate.store_secret('tenant_context', decode(?, 'hex'))", CONTEXT_KEY);
        service = new SpringApplicationBuilder(AggregatorApplication.class)
                .properties(
                        "tollgate.aggregator.database.url=" + servers.databaseUrl(),
                        "tollgate.aggregator.kafka.bootstrap-servers=" + servers.bootstrapServers(),
                        "tollgate.aggregator.streams.state-dir=" + stateDir,
                        "tollgate.aggregator.query.tenant-context-key=" + CONTEXT_KEY)
                .run("--server.port=0");
    }

    void tenant(String tenantId, String zone) throws SQLException {
        execute(
                "SELECT tollgate.register_tenant(?, ?, ?, 'starter', '2015-01-01', NULL, 'test')",
                tenantId,
                tenantId,
                zone);
    }

    String tenantKey(String tenantId, String scope) throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        execute(
                "INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by) VALUES (?, ?, ARRAY[?], ?, 'test')",
                key.id(),
                tenantId,
                scope,
                key.hash());
        return key.text();
    }

    String staffKey() throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        execute(
                "INSERT INTO operator_keys (key_id, name, roles, secret_hash) VALUES (?, 'ada', '{AUDITOR}', ?)",
                key.id(),
                key.hash());
        return key.text();
    }

    /// Events of a tenant, one each `stepMs` from `first` on, as raw rows and as buckets. Their routes are `things`
    /// and,
    /// each third, a text that is a formula; their methods GET and, each second, PUT.
    List<RequestEvent> events(String tenantId, Instant first, long stepMs, int count) throws SQLException {
        Events source = new Events(tenantId + ".0", 7);
        List<RequestEvent> events = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            events.add(source.any(tenantId, first.plusMillis(i * stepMs)));
        }
        RawTable.store(superuser, events, LongStream.range(0, count).boxed().toList());
        execute(
                "UPDATE tenant_metrics_raw SET route = CASE sequence % 3 WHEN 0 THEN '=1+1,\"x\"' ELSE 'things' END,"
                        + " method = CASE sequence % 2 WHEN 0 THEN 'PUT' ELSE 'GET' END WHERE tenant_id = ?",
                tenantId);
        Map<Long, List<RequestEvent>> hours = new HashMap<>();
        events.forEach(event -> hours.computeIfAbsent(Hours.floor(event.eventTimeMs()), hour -> new ArrayList<>())
                .add(event));
        HourlyTable.upsertFromRaw(
                superuser, hours.values().stream().map(RunningUsage::sum).toList());
        return events;
    }

    /// What events add up to.
    static HourlyBucket sum(List<RequestEvent> events) {
        RequestEvent first = events.getFirst();
        Bucket bucket = new Bucket(first.tenantId(), Hours.floor(first.eventTimeMs()));
        events.forEach(event -> bucket.add(Measurement.of(event), 0, 1));
        return bucket.toHourly(HourOwner.RAW, null);
    }

    void execute(String sql, Object... arguments) throws SQLException {
        try (PreparedStatement statement = superuser.prepareStatement(sql)) {
            for (int i = 0; i < arguments.length; i++) {
                statement.setObject(i + 1, arguments[i]);
            }
            statement.execute();
        }
    }

    HttpResponse<String> get(String path, @Nullable String key, String accept) {
        String port = service.getEnvironment().getProperty("local.server.port");
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path))
                .header("Accept", accept);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        try {
            return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() throws SQLException {
        service.close();
        superuser.close();
        servers.close();
    }
}
