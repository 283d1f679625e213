package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.tollgate.ingest.testing.Events;
import dev.tollgate.ingest.testing.IngestHarness;
import dev.tollgate.ingest.testing.IntakeClient;
import dev.tollgate.ingest.testing.IntakeClient.Answer;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.contract.RequestEvent;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The examples of the served OpenAPI file, where an operation stands for itself: finance takes an event back.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class OpenApiExamplesTest {

    private static final String PUT_VOID = "/v1/tenants/{tenantId}/events/{eventId}/void";
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final IngestHarness harness = new IngestHarness();
    private final IntakeClient client = new IntakeClient(harness);
    private final JsonNode document = document();

    @AfterAll
    void stop() {
        harness.close();
    }

    @Test
    void everyOperationHasAnExample() {
        for (Map.Entry<String, JsonNode> path : document.path("paths").properties()) {
            for (Map.Entry<String, JsonNode> operation : path.getValue().properties()) {
                JsonNode contents = operation.getValue().at("/requestBody/content");
                assertThat(contents.size()).as(path.getKey()).isPositive();
                for (JsonNode content : contents) {
                    conforms(content.path("schema"), content.path("example"));
                }
                for (JsonNode response : operation.getValue().path("responses")) {
                    assertThat(response.propertyNames()).isSubsetOf("description", "headers", "content", "$ref");
                }
                for (JsonNode parameter : operation.getValue().path("parameters")) {
                    conforms(parameter.path("schema"), parameter.path("example"));
                }
            }
        }
    }

    @Test
    void theExampleOfFinanceIsTakenOnceAndAnsweredAsDescribed() {
        JsonNode operation = document.path("paths").path(PUT_VOID).path("put");
        String tenant = parameter(operation, "tenantId");
        // The example's own id carries a time that grows older than what can be taken back.
        RequestEvent event = Events.event(tenant, "lane-x.1", 1, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        harness.publish(List.of(event));
        harness.await("the event", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = '" + tenant + "'");

        String key = client.operatorKey("fiona", Role.FINANCE);
        String path = PUT_VOID.replace("{tenantId}", tenant)
                .replace("{eventId}", event.id().toString());
        String body = operation
                .at("/requestBody/content")
                .path("application/json")
                .path("example")
                .toString();
        for (int status : new int[] {202, 200}) {
            Answer answer = client.send("PUT", path, key, "application/json", body);
            assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
            JsonNode described = operation
                    .path("responses")
                    .path(Integer.toString(status))
                    .path("content")
                    .path("application/json");
            conforms(described.path("schema"), answer.body());
            conforms(described.path("schema"), described.path("example"));
            assertThat(answer.body().path("status").intValue()).isEqualTo(status);
            assertThat(answer.body().path("voids").stringValue())
                    .isEqualTo(event.id().toString());
        }
        harness.await("the void", 1, "SELECT count(*) FROM tenant_metrics_raw WHERE voids = '" + event.id() + "'");

        // The example's id as it stands is of no stored event.
        Answer unknown = client.send(
                "PUT",
                PUT_VOID.replace("{tenantId}", tenant).replace("{eventId}", parameter(operation, "eventId")),
                key,
                "application/json",
                body);
        assertThat(unknown.status()).isEqualTo(404);
        conforms(document.at("/components/schemas/Problem"), unknown.body());
    }

    private static String parameter(JsonNode operation, String name) {
        return operation
                .path("parameters")
                .valueStream()
                .filter(one -> one.path("name").stringValue().equals(name))
                .findFirst()
                .orElseThrow()
                .path("example")
                .stringValue();
    }

    private JsonNode document() {
        Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(client.text("/openapi.yaml"));
        return IntakeClient.JSON.readTree(IntakeClient.JSON.writeValueAsString(yaml));
    }

    private void conforms(JsonNode schema, JsonNode instance) {
        assertThat(instance.isMissingNode()).as("an example of %s", schema).isFalse();
        ObjectNode whole = IntakeClient.JSON.createObjectNode();
        whole.set("components", document.get("components"));
        whole.set("allOf", IntakeClient.JSON.createArrayNode().add(schema));
        assertThat(SCHEMAS.getSchema(whole).validate(instance))
                .as(instance.toString())
                .isEmpty();
    }
}
