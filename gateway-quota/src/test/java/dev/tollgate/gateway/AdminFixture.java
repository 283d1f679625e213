package dev.tollgate.gateway;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.proxy.Routes;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.security.SecureRandom;
import java.sql.Connection;
import java.util.Map;
import java.util.Set;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The admin API alone, on a port of its own, with one operator and one auditor.
final class AdminFixture implements AutoCloseable {

    static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final AdminService service;
    private final URI root;
    final String operator;
    final String auditor;

    AdminFixture(GatewayDatabase database) throws Exception {
        this(database, database.url());
    }

    /// @param url where the API looks for the database
    AdminFixture(GatewayDatabase database, String url) throws Exception {
        operator = operatorKey(database, "olivia", Role.OPERATOR);
        auditor = operatorKey(database, "arthur", Role.AUDITOR);
        GatewayProperties properties = new Binder(new MapConfigurationPropertySource(Map.ofEntries(
                        Map.entry("tollgate.gateway.host", "127.0.0.1"),
                        Map.entry("tollgate.gateway.admin-port", "0"),
                        Map.entry("tollgate.gateway.database.url", url),
                        Map.entry("tollgate.gateway.routes[0].name", "things"),
                        Map.entry("tollgate.gateway.routes[0].path-prefix", "/things"),
                        Map.entry("tollgate.gateway.routes[0].upstream", "http://127.0.0.1:1"))))
                .bind("tollgate.gateway", GatewayProperties.class)
                .get();
        service = new AdminService(properties);
        Routes routes = properties.routeTable();
        service.start(routes);
        root = URI.create("http://127.0.0.1:" + service.port());
    }

    private static String operatorKey(GatewayDatabase database, String name, Role role) throws Exception {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try (Connection connection = database.connect()) {
            PostgresOperatorKeys.add(connection, key, new Operator(name, Set.of(role)));
        }
        return key.text();
    }

    HttpResponse<String> send(String method, String path, String key, String idempotencyKey, String body)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(root.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        if (!key.isEmpty()) {
            request.header("Authorization", "Bearer " + key);
        }
        if (!idempotencyKey.isEmpty()) {
            request.header("Idempotency-Key", idempotencyKey);
        }
        return http.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }

    HttpResponse<String> send(String method, String path, String body) throws Exception {
        return send(method, path, operator, "", body);
    }

    JsonNode get(String path) throws Exception {
        return JSON.readTree(send("GET", path, "").body());
    }

    @Override
    public void close() {
        service.close();
    }
}
