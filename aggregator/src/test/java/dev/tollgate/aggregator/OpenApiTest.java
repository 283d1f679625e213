package dev.tollgate.aggregator;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import java.net.URLEncoder;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Sends every example of the description to the service, and holds the answer against the described one.
class OpenApiTest {

    private final RunningService running = RunningService.shared();

    OpenApiTest() throws SQLException {}

    @Test
    void everyExampleIsWhatTheServiceAnswers() throws SQLException {
        Map<String, Object> document =
                new Yaml().load(running.get("/openapi.yaml", null, "*/*").body());
        JsonNode described = JsonMapper.shared().valueToTree(document);
        String finding = plant();
        assertThat(described.path("paths").propertyNames())
                .contains("/v1/usage", "/v1/usage/live", "/v1/reconciliation");
        for (Map.Entry<String, JsonNode> path : described.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                replay(described, path.getKey().replace("{id}", finding), operation);
            }
        }
    }

    /// Two findings of a source, which no look at an hour closes, and nothing else: the example shows the first page.
    private String plant() throws SQLException {
        running.text("WITH closed AS (UPDATE reconciliation_findings SET resolved_at = now(), resolution = 'gone'"
                + " WHERE resolved_at IS NULL RETURNING 1) SELECT count(*) FROM closed");
        String sql =
                "INSERT INTO reconciliation_findings (kind, tenant_id, hour_bucket, source, sequence_from, sequence_to,"
                        + " expected, actual, first_seen_at, last_seen_at) VALUES ('duplicate', 'acme', '2014-01-01T00:00Z',"
                        + " 'replayed', ?, ?, '{}', '{}', now(), now()) RETURNING finding_id";
        String first = running.text(sql, 41, 41);
        running.text(sql, 42, 42);
        return first;
    }

    private void replay(JsonNode described, String path, Map.Entry<String, JsonNode> method) throws SQLException {
        JsonNode operation = method.getValue();
        List<String> query = new ArrayList<>();
        operation.path("parameters").forEach(given -> {
            JsonNode parameter = given.has("$ref")
                    ? described.at(given.path("$ref").stringValue().substring(1))
                    : given;
            if (parameter.has("example") && parameter.path("in").stringValue().equals("query")) {
                query.add(parameter.path("name").stringValue() + "="
                        + URLEncoder.encode(parameter.path("example").asString(), StandardCharsets.UTF_8));
            }
        });
        JsonNode body = operation.at("/requestBody/content/application~1json/example");
        String key = running.staffKey(body.isMissingNode() ? "AUDITOR" : "OPERATOR");
        HttpResponse<String> answer = running.send(
                path + "?" + String.join("&", query),
                key,
                request -> request.header("Content-Type", "application/json")
                        .method(
                                method.getKey().toUpperCase(Locale.ROOT),
                                body.isMissingNode()
                                        ? BodyPublishers.noBody()
                                        : BodyPublishers.ofString(body.toString())));
        assertThat(answer.statusCode()).as(path + ": " + answer.body()).isEqualTo(200);
        JsonNode example = operation.at("/responses/200/content/application~1json/example");
        JsonNode said = JsonMapper.shared().readTree(answer.body());
        assertThat(new TreeSet<>(said.propertyNames())).as(path).isEqualTo(new TreeSet<>(example.propertyNames()));
        for (String list : List.of("items", "quotas")) {
            if (example.has(list)) {
                assertThat(said.path(list).valueStream().map(item -> new TreeSet<>(item.propertyNames())))
                        .as(path)
                        .contains(new TreeSet<>(example.path(list).path(0).propertyNames()));
            }
        }
    }
}
