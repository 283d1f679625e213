package dev.tollgate.quickstart.importing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Asks billing what months would cost, or have cost where they are closed.
final class MonthCosts {

    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final int PAGES_MAX = 100_000;

    private final URI billing;
    private final String operatorKey;
    private final HttpClient client = HttpClient.newHttpClient();
    private final JsonMapper json = new JsonMapper();

    MonthCosts(URI billing, String operatorKey) {
        this.billing = billing;
        this.operatorKey = operatorKey;
    }

    /// A tenant's amount in one currency.
    record Cost(String currency, long totalCents) {
        Cost plus(Cost other) {
            if (!currency.equals(other.currency)) {
                throw new IllegalStateException("amounts in " + currency + " and " + other.currency + " do not add up");
            }
            return new Cost(currency, Math.addExact(totalCents, other.totalCents));
        }
    }

    /// The sum over months by tenant id. A tenant without a plan in these months is absent.
    Map<String, Cost> of(List<String> months) throws IOException, InterruptedException {
        Map<String, Cost> costs = new HashMap<>();
        for (String month : months) {
            collect("/v1/billing/upcoming?limit=500&month=" + month, costs);
            collect("/v1/billing/invoices?limit=500&month=" + month, costs);
        }
        return costs;
    }

    private void collect(String path, Map<String, Cost> costs) throws IOException, InterruptedException {
        @Nullable String cursor = null;
        for (int page = 0; page < PAGES_MAX; page++) {
            JsonNode answer = get(cursor == null ? path : path + "&cursor=" + cursor);
            for (JsonNode item : answer.required("items")) {
                add(item, costs);
            }
            JsonNode next = answer.get("nextCursor");
            if (next == null || next.isNull()) {
                return;
            }
            cursor = next.asString();
        }
        throw new IllegalStateException(path + " has more than " + PAGES_MAX + " pages");
    }

    private static void add(JsonNode item, Map<String, Cost> costs) {
        JsonNode totalCents = item.get("totalCents");
        if (totalCents != null && !totalCents.isNull()) {
            costs.merge(
                    item.required("tenantId").asString(),
                    new Cost(item.required("currency").asString(), totalCents.asLong()),
                    Cost::plus);
        }
    }

    private JsonNode get(String path) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(billing.resolve(path))
                .timeout(TIMEOUT)
                .header("Authorization", "Bearer " + operatorKey)
                .build();
        HttpResponse<String> response = client.send(request, HttpResponse.BodyHandlers.ofString());
        if (response.statusCode() != 200) {
            throw new IllegalStateException(path + " answered " + response.statusCode() + ": " + response.body());
        }
        return json.readTree(response.body());
    }
}
