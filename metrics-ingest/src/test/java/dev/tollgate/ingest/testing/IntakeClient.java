package dev.tollgate.ingest.testing;

import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
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
import java.sql.SQLException;
import java.util.HexFormat;
import java.util.Set;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Calls the HTTP interface of a running service, and makes keys for it.
public final class IntakeClient {

    public static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final IngestHarness harness;

    public IntakeClient(IngestHarness harness) {
        this.harness = harness;
    }

    /// An answer with its body as JSON; an object without members when there is none.
    public record Answer(int status, JsonNode body, HttpResponse<String> raw) {}

    /// A registered tenant's new key.
    public String tenantKey(String tenantId, String scope) {
        return tenantKey(harness.database(), tenantId, scope);
    }

    public static String tenantKey(TestDatabase database, String tenantId, String scope) {
        database.execute(
                "SELECT tollgate.register_tenant('" + tenantId + "', 'T', 'UTC', 'starter', '2026-01-01', NULL,"
                        + " 'test') WHERE NOT EXISTS (SELECT FROM tenants WHERE tenant_id = '" + tenantId + "')");
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        database.execute(
                "INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by) VALUES ('" + key.id()
                        + "', '" + tenantId + "', ARRAY['" + scope + "'], '\\x"
                        + HexFormat.of().formatHex(key.hash()) + "', 'test')");
        return key.text();
    }

    public String operatorKey(String name, Role role) {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        PostgresServer server = PostgresServer.shared();
        try (Connection connection =
                server.dataSource(harness.database().name(), server.superuser()).getConnection()) {
            PostgresOperatorKeys.add(connection, key, new Operator(name, Set.of(role)));
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
        return key.text();
    }

    public Answer events(String key, String contentType, String body, String... headers) {
        return send("POST", "/v1/events", key, contentType, body, headers);
    }

    /// @param headers names and values in turn
    public Answer send(String method, String path, String key, String contentType, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + harness.port() + path))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", contentType)
                .method(method, HttpRequest.BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
            return new Answer(
                    answer.statusCode(), JSON.readTree(answer.body().isEmpty() ? "{}" : answer.body()), answer);
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    public String text(String path) {
        try {
            URI uri = URI.create("http://127.0.0.1:" + harness.port() + path);
            return http.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /// A request for events whose body does not come to its end.
    public Socket halfARequest(String key, String contentType) throws IOException {
        Socket socket = new Socket("127.0.0.1", harness.port());
        socket.getOutputStream()
                .write(("POST /v1/events HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key + "\r\nContent-Type: "
                                + contentType + "\r\nContent-Length: 900\r\nConnection: close\r\n\r\n{")
                        .getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().flush();
        return socket;
    }

    /// The service's metric of that Prometheus name and tags; 0 while there is none.
    public double metric(String name) {
        return text("/actuator/prometheus")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
                .findFirst()
                .orElse(0);
    }
}
