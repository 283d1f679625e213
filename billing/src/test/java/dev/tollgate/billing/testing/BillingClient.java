package dev.tollgate.billing.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Speaks to a running service.
public final class BillingClient {

    private static final JsonMapper JSON = JsonMapper.shared();

    private final HttpClient http = HttpClient.newHttpClient();
    private final String base;

    public BillingClient(int port) {
        this.base = "http://127.0.0.1:" + port;
    }

    /// An answer whose body is JSON.
    public record Answer(int status, String contentType, JsonNode body) {}

    public Answer get(String path, @Nullable String key) {
        return send("GET", path, key, null, "application/json");
    }

    public Answer post(String path, @Nullable String key, String body, String... headers) {
        return send("POST", path, key, body, "application/json", headers);
    }

    public Answer send(
            String method,
            String path,
            @Nullable String key,
            @Nullable String body,
            String contentType,
            String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(base + path))
                .method(
                        method,
                        body == null ? HttpRequest.BodyPublishers.noBody() : HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", contentType);
        if (key != null) {
            request.header("Authorization", "Bearer " + key);
        }
        if (headers.length > 0) {
            request.headers(headers);
        }
        HttpResponse<String> response = text(request.build());
        return new Answer(
                response.statusCode(),
                response.headers().firstValue("Content-Type").orElse(""),
                JSON.readTree(response.body()));
    }

    public String text(String path) {
        return text(HttpRequest.newBuilder(URI.create(base + path)).build()).body();
    }

    private HttpResponse<String> text(HttpRequest request) {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
