package dev.tollgate.system;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// What finance does over HTTP.
final class BillingClient {

    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    private static final int PAGES_MAX = 1_000;

    private final URI billing;
    private final String operatorKey;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    BillingClient(URI billing, String operatorKey) {
        this.billing = billing;
        this.operatorKey = operatorKey;
    }

    /// A status and its body.
    record Answer(int status, JsonNode body) {}

    Answer startRun(String month, String idempotencyKey) throws Exception {
        return send(HttpRequest.newBuilder(billing.resolve("/v1/billing/runs"))
                .header("Content-Type", "application/json")
                .header("Idempotency-Key", idempotencyKey)
                .POST(HttpRequest.BodyPublishers.ofString("{\"month\":\"" + month + "\"}")));
    }

    Answer run(UUID runId) throws Exception {
        return get("/v1/billing/runs/" + runId);
    }

    Answer get(String path) throws Exception {
        return send(HttpRequest.newBuilder(billing.resolve(path)));
    }

    /// All items of a listing, page after page.
    List<JsonNode> all(String path) throws Exception {
        List<JsonNode> items = new ArrayList<>();
        @Nullable String cursor = null;
        for (int page = 0; page < PAGES_MAX; page++) {
            String separator = path.contains("?") ? "&" : "?";
            Answer answer = get(path + (cursor == null ? "" : separator + "cursor=" + cursor));
            if (answer.status() != 200) {
                throw new IllegalStateException(path + " answered " + answer);
            }
            answer.body().get("items").forEach(items::add);
            JsonNode next = answer.body().get("nextCursor");
            if (next == null || next.isNull()) {
                return items;
            }
            cursor = next.asString();
        }
        throw new IllegalStateException(path + " has more than " + PAGES_MAX + " pages");
    }

    private Answer send(HttpRequest.Builder request) throws Exception {
        HttpResponse<String> response = client.send(
                request.timeout(TIMEOUT)
                        .header("Authorization", "Bearer " + operatorKey)
                        .build(),
                HttpResponse.BodyHandlers.ofString());
        return new Answer(response.statusCode(), json.readTree(response.body()));
    }
}
