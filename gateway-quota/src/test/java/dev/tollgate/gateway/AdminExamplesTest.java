package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// Sends every example of the served description to the running API, in its order, and holds what comes back and what
/// the description shows against its schemas.
class AdminExamplesTest {

    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final GatewayDatabase database = GatewayDatabase.create();

    @Test
    void everyExampleIsAnsweredAsDescribed() throws Exception {
        try (AdminFixture admin = new AdminFixture(database)) {
            HttpResponse<String> served = admin.send("GET", "/openapi.yaml", "", "", "");
            JsonNode document = described(served.body());
            int replayed = 0;
            for (Map.Entry<String, JsonNode> path : document.get("paths").properties()) {
                for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                    replay(admin, document, path.getKey(), operation.getKey(), operation.getValue());
                    replayed++;
                    if (replayed == 1) {
                        makeWhatExamplesName();
                    }
                }
            }
            assertThat(replayed).isGreaterThanOrEqualTo(28);
        }
    }

    /// Ids that the database makes are named by the examples.
    private void makeWhatExamplesName() throws Exception {
        database.execute(
                "INSERT INTO api_keys (key_id, tenant_id, secret_hash, created_by) VALUES ('Acme00000001', 'acme', sha256('x'), 'test')");
        // Registered as free; the planned limits below are those of its plan then.
        database.execute("UPDATE plan_assignments SET plan_id = 'starter' WHERE tenant_id = 'acme'");
        database.execute(
                "SELECT tollgate.set_quotas('acme', 'starter', NULL, (current_date + 30)::timestamp AT TIME ZONE 'Europe/Berlin', 'test')");
        database.execute(
                "UPDATE tenant_quotas SET id = '01980000-0000-7000-8000-000000000001' WHERE tenant_id = 'acme' AND upper_inf(valid_period)");
        database.execute("SELECT tollgate.set_route_policy('reports', '{\"requests_per_minute\": 1}', 'test')");
        database.execute(
                "SELECT tollgate.set_tenant_route_policy('acme', 'reports', '{\"requests_per_minute\": 1}', 'test')");
        database.execute(
                "INSERT INTO tenant_quota_violations (tenant_id, quota_type, limit_value, current_value, route, violated_at) VALUES ('acme', 'requests_per_minute', 120, 120, 'things', '2026-06-01 12:00Z')");
        database.execute(
                "INSERT INTO event_sources (source, origin, instance, partition_id, appended, heartbeat_at) VALUES ('gone.3', 'gateway', 'gone', 3, 5, now())");
    }

    private static void replay(
            AdminFixture admin, JsonNode document, String template, String method, JsonNode operation)
            throws Exception {
        String name = method + " " + template;
        String path = template;
        StringJoiner query = new StringJoiner("&", "?", "").setEmptyValue("");
        for (JsonNode parameter : operation.path("parameters")) {
            String example = parameter.path("example").asString("");
            String parameterName = parameter.path("name").asString("");
            if (parameter.path("in").asString("").equals("path")) {
                assertThat(example).as(name).isNotEmpty();
                path = path.replace("{" + parameterName + "}", example);
            } else if (!example.isEmpty()) {
                query.add(parameterName + "=" + URLEncoder.encode(example, StandardCharsets.UTF_8));
            }
        }
        JsonNode body = operation.path("requestBody").path("content").path("application/json");
        if (!body.isMissingNode()) {
            conforms(name + " request", document, body.get("schema"), body.get("example"));
        }
        String status = operation.get("responses").propertyNames().iterator().next();
        HttpResponse<String> answer = admin.send(
                method.toUpperCase(Locale.ROOT),
                path + query,
                body.isMissingNode() ? "" : body.get("example").toString());
        assertThat(answer.statusCode()).as("%s: %s", name, answer.body()).isEqualTo(Integer.parseInt(status));
        JsonNode content =
                operation.get("responses").get(status).path("content").path("application/json");
        if (content.isMissingNode()) {
            assertThat(answer.body()).as(name).isEmpty();
            return;
        }
        conforms(name + " example", document, content.get("schema"), content.get("example"));
        JsonNode answered = AdminFixture.JSON.readTree(answer.body());
        conforms(name, document, content.get("schema"), answered);
        if (answered.has("items")) {
            assertThat(answered.get("items").isEmpty()).as(name).isFalse();
        }
    }

    /// A description in YAML as JSON.
    static JsonNode described(String text) {
        Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(text);
        return AdminFixture.JSON.readTree(AdminFixture.JSON.writeValueAsString(yaml));
    }

    /// Holds a document against a schema of the description.
    static void conforms(String what, JsonNode document, JsonNode schema, JsonNode instance) {
        ObjectNode whole = AdminFixture.JSON.createObjectNode();
        whole.set("components", document.get("components"));
        whole.set("allOf", AdminFixture.JSON.createArrayNode().add(schema));
        Schema compiled = SCHEMAS.getSchema(whole);
        assertThat(compiled.validate(instance)).as("%s: %s", what, instance).isEmpty();
    }
}
