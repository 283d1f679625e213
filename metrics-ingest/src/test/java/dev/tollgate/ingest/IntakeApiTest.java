package dev.tollgate.ingest;

import static dev.tollgate.ingest.testing.CloudEvents.event;
import static dev.tollgate.ingest.testing.CloudEvents.voiding;
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
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

/// The intake's HTTP interface on the whole service, from a request to the raw table. Each test has a tenant of its
/// own.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntakeApiTest {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String LINES = "application/x-ndjson";
    private static final String WRITE = "events:write";
    private static final String TIME_OF_EXAMPLES = "2026-11-24T12:00:00.000Z";
    private static final SchemaRegistry SCHEMAS = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12);

    private final IngestHarness harness = new IngestHarness();
    private final IntakeClient client = new IntakeClient(harness);
    private final String now = Instant.now().toString();

    @AfterAll
    void stop() {
        harness.close();
    }

    @Test
    void everyExampleIsTakenOnceAndStored() {
        String key = client.tenantKey("examples", WRITE);
        Object yaml = new Yaml(new SafeConstructor(new LoaderOptions())).load(client.text("/openapi.yaml"));
        JsonNode document = IntakeClient.JSON.readTree(IntakeClient.JSON.writeValueAsString(yaml));
        JsonNode operation = document.at("/paths/~1v1~1events/post");
        for (Map.Entry<String, JsonNode> content :
                operation.at("/requestBody/content").properties()) {
            JsonNode example = content.getValue().get("example");
            conforms(document, content.getValue().get("schema"), example);
            String body =
                    (example.isString() ? example.stringValue() : example.toString()).replace(TIME_OF_EXAMPLES, now);
            List<String> headers = new ArrayList<>();
            content.getValue().path("x-headers").properties().forEach(header -> {
                headers.add(header.getKey());
                headers.add(header.getValue().stringValue().replace(TIME_OF_EXAMPLES, now));
            });
            for (int status : new int[] {202, 200}) {
                Answer answer = client.events(key, content.getKey(), body, headers.toArray(String[]::new));
                assertThat(answer.status())
                        .as("%s: %s", content.getKey(), answer.body())
                        .isEqualTo(status);
                conforms(
                        document,
                        operation
                                .at("/responses/" + status + "/content")
                                .get("application/json")
                                .get("schema"),
                        answer.body());
            }
        }
        await("examples", 5);
        assertThat(harness.database()
                        .texts("SELECT event_type || ' ' || units || ' ' || coalesce(bytes_stored, -1)"
                                + " FROM tenant_metrics_raw WHERE tenant_id = 'examples' ORDER BY 1"))
                .containsExactly(
                        "ai_request 10 -1",
                        "api_request 1 -1",
                        "api_request 1 -1",
                        "db_query 0 -1",
                        "storage_write 0 73400320");
        assertThat(harness.database().texts("SELECT event_id FROM event_keys WHERE tenant_id = 'examples'"))
                .contains("prompt 1");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "api_request | \"id\":\"a\" | \"units\":-1 | 422 | $.data.units",
                "api_request | \"id\":\"a\" | \"units\":1.5 | 422 | $.data.units",
                "api_request | \"id\":\"a\" | \"durationMS\":1 | 422 | $.data.durationMS",
                "api_request | \"id\":\"a\" | \"responseStatus\":99 | 422 | $.data.responseStatus",
                "api_request | \"id\":\"a\" | \"method\":\"G T\" | 422 | $.data.method",
                "api_request | \"id\":\"a\" | \"tenantId\":\"other\" | 403 | $.data.tenantId",
                "storage_write | \"id\":\"a\" | \"bytesSent\":1 | 422 | $.data.bytesStored",
                "no_such | \"id\":\"a\" | \"units\":1 | 422 | $.type",
                "api_request | \"id\":7 | \"units\":1 | 422 | $.id",
                "api_request | \"x\":\"a\" | \"units\":1 | 422 | $.id",
                "api_request | \"id\":\"a\",\"source\":\"tollgate:x\" | \"units\":1 | 422 | $.source",
                "api_request | \"id\":\"a\",\"time\":\"yesterday\" | \"units\":1 | 422 | $.time",
                "api_request | \"id\":\"a\",\"time\":\"2024-01-01T00:00:00Z\" | \"units\":1 | 422 | $.time",
                "api_request | \"id\":\"a\",\"data_base64\":\"AA==\" | \"units\":1 | 422 | $.data_base64",
                "void | \"id\":\"a\" | \"reason\":\"r\" | 422 | $.data.voids",
                "void | \"id\":\"a\" | \"reason\":\"r\",\"voids\":{\"id\":\"none\"} | 422 | $.data.voids.id",
                "void | \"id\":\"a\" | \"reason\":\"r\",\"voids\":{\"id\":\"b\",\"source\":\"else\"} | 403 | $.data.voids.source"
            })
    void namesWhatIsWrong(String type, String attributes, String data, int status, String path) {
        String key = client.tenantKey("wrong", WRITE);
        String defaults = (attributes.contains("\"time\"") ? "" : ",\"time\":\"" + now + "\"")
                + (attributes.contains("\"source\"") ? "" : ",\"source\":\"s\"");
        Answer answer = client.events(
                key,
                STRUCTURED,
                "{\"specversion\":\"1.0\",\"type\":\"dev.tollgate.usage." + type + ".v1\"," + attributes + defaults
                        + ",\"data\":{" + data + "}}");
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.raw().headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body().path("path").stringValue()).isEqualTo(path);
    }

    @Test
    void refusesBodiesAsAWhole() {
        String key = client.tenantKey("whole", WRITE);
        assertThat(client.events(key, STRUCTURED, "{").status()).isEqualTo(400);
        assertThat(client.events(key, STRUCTURED, "[".repeat(17)).status()).isEqualTo(400);
        assertThat(client.events(key, BATCH, "{}").status()).isEqualTo(400);
        assertThat(client.events(key, "text/plain", "{}").status()).isEqualTo(415);
        assertThat(client.events(key, STRUCTURED, event("a", now), "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(415);
        assertThat(client.events(key, STRUCTURED, " ".repeat(1_000_001)).status())
                .isEqualTo(413);
        assertThat(client.events(key, LINES, "{}\n".repeat(1_001)).status()).isEqualTo(413);
        assertThat(client.events("tg_nonsense", STRUCTURED, event("a", now)).status())
                .isEqualTo(401);
        assertThat(client.events(client.tenantKey("whole", "usage:read"), STRUCTURED, event("a", now))
                        .status())
                .isEqualTo(403);
        assertThat(client.events(key, "application/json", "{}")
                        .body()
                        .path("path")
                        .stringValue())
                .isEqualTo("ce-specversion");
    }

    @Test
    void answersForEachItemOfAList() {
        String key = client.tenantKey("list", WRITE);
        String many =
                IntStream.range(0, 998).mapToObj(i -> event("n" + i, now)).collect(Collectors.joining("\n", "", "\n"));
        Answer lines = client.events(key, LINES, many + "no json\n" + event("n0", now) + "\n");
        assertThat(lines.status()).isEqualTo(207);
        assertThat(lines.body().path("accepted").intValue()).isEqualTo(998);
        assertThat(lines.body().path("repeated").intValue()).isEqualTo(1);
        JsonNode bad = lines.body().path("items").get(998);
        assertThat(bad.path("status").intValue()).isEqualTo(400);
        assertThat(bad.path("index").intValue()).isEqualTo(998);

        String other = event("n1", now).replace("\"data\":{}", "\"data\":{\"units\":7}");
        Answer batch = client.events(
                key,
                BATCH,
                "[" + event("n2", now) + "," + other + "," + event("new", now).replace("\"id\"", "\"ID\"") + "]");
        assertThat(batch.status()).isEqualTo(207);
        assertThat(batch.body()
                        .path("items")
                        .valueStream()
                        .map(item -> item.path("status").intValue()))
                .containsExactly(200, 409, 422);
        assertThat(batch.body().path("items").get(2).at("/problem/path").stringValue())
                .isEqualTo("$[2].id");
        assertThat(client.events(key, BATCH, "[]").status()).isEqualTo(200);
        await("list", 998);
    }

    @Test
    void aSourceTakesBackWhatItSentOnce() {
        String key = client.tenantKey("shop", WRITE);
        client.events(
                key, STRUCTURED, event("a", now).replace("\"data\":{}", "\"data\":{\"units\":5,\"durationMs\":9}"));
        String level = event("level", now)
                .replace("api_request", "storage_write")
                .replace("\"data\":{}", "\"data\":{\"bytesStored\":5}");
        client.events(key, STRUCTURED, level);
        await("shop", 2);

        assertThat(client.events(key, STRUCTURED, voiding("v1", "a", "mistake")).status())
                .isEqualTo(202);
        assertThat(client.events(key, BATCH, "[" + voiding("v1", "a", "mistake") + "]")
                        .status())
                .isEqualTo(200);
        assertThat(client.events(key, STRUCTURED, voiding("v1", "a", "other")).status())
                .isEqualTo(409);
        assertThat(client.events(key, STRUCTURED, voiding("v2", "a", "mistake")).status())
                .isEqualTo(409);
        assertThat(client.events(key, STRUCTURED, voiding("v3", "level", "mistake"))
                        .status())
                .isEqualTo(422);
        String stranger = voiding("v4", "a", "mistake").replace("\"source\":\"s\"", "\"source\":\"t\"");
        assertThat(client.events(key, STRUCTURED, stranger).status()).isEqualTo(422);
        assertThat(client.events(client.tenantKey("thief", WRITE), STRUCTURED, voiding("v1", "a", "mistake"))
                        .status())
                .isEqualTo(422);
        await("shop", 3);
        assertThat(harness.database()
                        .texts("SELECT v.units || ' ' || v.duration_ms FROM tenant_metrics_raw v"
                                + " JOIN tenant_metrics_raw o USING (tenant_id, event_time) WHERE tenant_id = 'shop'"
                                + " AND v.voids = o.id AND v.log_position > o.log_position"))
                .containsExactly("5 9");
        assertThat(client.events(key, STRUCTURED, voiding("v5", "v1", "undo")).status())
                .isEqualTo(422);
    }

    @Test
    void financeTakesBackEventsOfGateways() {
        RequestEvent event = Events.event("billed", "lane-f.1", 1, Instant.now().truncatedTo(ChronoUnit.MILLIS));
        harness.publish(List.of(event));
        await("billed", 1);
        String path = "/v1/tenants/billed/events/" + event.id() + "/void";
        String body = "{\"reason\":\"a load test\"}";
        String finance = client.operatorKey("fiona", Role.FINANCE);
        String json = "application/json";

        assertThat(client.send("PUT", path, client.operatorKey("otto", Role.OPERATOR), json, body)
                        .status())
                .isEqualTo(403);
        assertThat(client.send("PUT", path, client.tenantKey("billed", WRITE), json, body)
                        .status())
                .isEqualTo(401);
        assertThat(client.send("PUT", path.replace("billed", "other"), finance, json, body)
                        .status())
                .isEqualTo(404);
        assertThat(client.send("PUT", path, finance, json, "{}").status()).isEqualTo(400);
        assertThat(client.send("PUT", path, finance, json, body).status()).isEqualTo(202);
        assertThat(client.send("PUT", path, finance, json, body).status()).isEqualTo(200);
        assertThat(client.send("PUT", path, finance, json, body.replace("load", "unit"))
                        .status())
                .isEqualTo(409);
        await("billed", 2);
        assertThat(harness.database()
                        .texts("SELECT actor || ' ' || action || ' ' || subject || ' ' || reason"
                                + " FROM audit_log WHERE tenant_id = 'billed' AND action LIKE 'event%'"))
                .containsExactly("fiona event.voided events/" + event.id() + " a load test");
    }

    private void await(String tenant, int rows) {
        harness.await(
                rows + " rows of " + tenant,
                rows,
                "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = '" + tenant + "'");
    }

    private static void conforms(JsonNode document, JsonNode schema, JsonNode instance) {
        ObjectNode whole = IntakeClient.JSON.createObjectNode();
        whole.set("components", document.get("components"));
        whole.set("allOf", IntakeClient.JSON.createArrayNode().add(schema));
        assertThat(SCHEMAS.getSchema(whole).validate(instance))
                .as(instance.toString())
                .isEmpty();
    }
}
