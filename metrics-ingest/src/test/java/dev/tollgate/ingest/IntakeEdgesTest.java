package dev.tollgate.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.ingest.testing.IngestHarness;
import dev.tollgate.ingest.testing.IntakeClient;
import dev.tollgate.ingest.testing.IntakeClient.Answer;
import dev.tollgate.testing.Await;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// The intake as a stranger finds it: bodies at the edge of JSON and of CloudEvents, and more requests than one tenant
/// may have at work.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class IntakeEdgesTest {

    private static final String STRUCTURED = "application/cloudevents+json";
    private static final String BATCH = "application/cloudevents-batch+json";
    private static final String LINES = "application/x-ndjson";
    private static final String WRITE = "events:write";

    private final IngestHarness harness = new IngestHarness(3, "--tollgate.ingest.intake.requests-per-tenant-max=1");
    private final IntakeClient client = new IntakeClient(harness);
    private final String edges = client.tenantKey("edges", WRITE);
    private final String now = Instant.now().toString();

    @AfterAll
    void stop() {
        harness.close();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            nullValues = "-",
            value = {
                "`\"id\":\"a\",\"id\":\"b\"` | {} | 400 | -",
                "`\"id\":\"a\"` | {\"units\":1,\"units\":2} | 400 | -",
                "`\"id\":\"a\"` | {\"units\":NaN} | 400 | -",
                "`\"id\":\"a\"` | {\"units\":1} {} | 400 | -",
                "`\"id\":\"a\"` | {\"units\":1e999999999} | 422 | $.data.units",
                "`\"id\":\"a\"` | {\"units\":9223372036854775808} | 422 | $.data.units",
                "`\"id\":\"a\"` | {\"durationMs\":9223372036854775807} | 422 | $.data.durationMs",
                "`\"id\":\"a\"` | {\"userId\":\"\\ud800\"} | 422 | $.data.userId",
                "`\"id\":\"a\"` | {\"userId\":\"\\u0000\"} | 422 | $.data.userId",
                "`\"id\":\"a\"` | {\"\\udc00x\":1} | 422 | $.data.\uFFFDx",
                "`\"id\":\"a\"` | [] | 422 | $.data",
                "`\"id\":\"a\\u0000b\"` | {} | 422 | $.id",
                "`\"id\":\"\\ud800\"` | {} | 422 | $.id",
                "`\"id\":\"\"` | {} | 422 | $.id",
                "`\"id\":\"a\",\"time\":\"2026-11-24T12:00:00\"` | {} | 422 | $.time",
                "`\"id\":\"a\",\"time\":\"2026-02-30T12:00:00Z\"` | {} | 422 | $.time",
                "`\"id\":\"a\",\"time\":\"+999999999-12-31T23:59:59Z\"` | {} | 422 | $.time",
                "`\"id\":\"a\",\"time\":\"-999999999-01-01T00:00:00Z\"` | {} | 422 | $.time",
                "`\"id\":\"a\",\"time\":1764000000` | {} | 422 | $.time",
                "`\"id\":\"a\",\"x\":[[[[[[[[[[[[[[[[1]]]]]]]]]]]]]]]]` | {} | 400 | -",
                "`\"id\":\"a\"` | \uD83D\uDE00 | 400 | -"
            })
    void refusesWhatCannotBeReadInOneWay(String attributes, String data, int status, String path) {
        Answer answer = client.events(edges, STRUCTURED, event(attributes, data));
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.raw().headers().firstValue("content-type")).contains("application/problem+json");
        assertThat(answer.body().path("path").stringValue(null)).isEqualTo(path);
    }

    @Test
    void takesWhatIsOddButClear() {
        String key = client.tenantKey("odd", WRITE);
        for (String attributes : List.of(
                "\"id\":\"\uD83D\uDE00 \u00e4\u200b\u202e\"",
                "\"id\":\"\uD83D\uDE00 a\u0308\u200b\u202e\"",
                "\"id\":\"lower\",\"time\":\"" + now.toLowerCase(Locale.ROOT) + "\"",
                "\"id\":\"more\",\"extension\":{\"a\":[1,null]},\"subject\":\"x\"")) {
            assertThat(client.events(key, STRUCTURED + "; charset=UTF-8", event(attributes, "{\"units\":-0}"))
                            .status())
                    .as(attributes)
                    .isEqualTo(202);
        }
        assertThat(client.events(
                                key,
                                STRUCTURED.toUpperCase(Locale.ROOT),
                                event("\"id\":\"upper\"", "{}"),
                                "Accept",
                                "text/plain")
                        .status())
                .as("the answer is JSON, whatever is asked for: the event is taken by then")
                .isEqualTo(202);
        await("odd", 5);
    }

    @Test
    void aHeaderFieldIsDecodedStrictly() {
        String key = client.tenantKey("binary", WRITE);
        for (String[] taken : new String[][] {
            {"%E2%82%AC%20%F0%9F%98%80", "\u20AC \uD83D\uDE00"},
            {"a+b", "a+b"},
            {"\"quoted \\\"x\\\" %41\"", "quoted \"x\" A"},
            {"%2541", "%41"}
        }) {
            assertThat(binary(key, taken[0]).status()).as(taken[0]).isEqualTo(202);
            assertThat(harness.database()
                            .count("SELECT count(*) FROM event_keys WHERE tenant_id = 'binary' AND event_id = '"
                                    + taken[1] + "'"))
                    .as(taken[1])
                    .isOne();
        }
        for (String refused : new String[] {"%FF", "%C0%80", "%ED%A0%80", "%E2%82", "%", "%4", "%zz", "%-1", "%00"}) {
            Answer answer = binary(key, refused);
            assertThat(answer.status()).as(refused).isEqualTo(422);
            assertThat(answer.body().path("path").stringValue()).isEqualTo("ce-id");
        }
        Answer twice = binary(key, "x", "ce-id", "y");
        assertThat(twice.status()).isEqualTo(422);
        assertThat(twice.body().path("path").stringValue()).isEqualTo("ce-id");
        await("binary", 4);
    }

    @Test
    void aListMayHaveTheSameIdTwiceAndLinesMayEndAsTheyLike() {
        String key = client.tenantKey("lists", WRITE);
        String a = event("\"id\":\"a\"", "{}");
        Answer batch =
                client.events(key, BATCH, "[" + a + "," + a + "," + event("\"id\":\"a\"", "{\"units\":2}") + "]");
        assertThat(statuses(batch)).containsExactly(202, 200, 409);

        Answer lines =
                client.events(key, LINES + ";charset=utf-8", a + "\r\n" + event("\"id\":\"b\"", "{}") + "\r\n\r\n  \n");
        assertThat(statuses(lines)).containsExactly(200, 202);

        String lone = event("\"id\":\"\\ud800\"", "{}");
        Answer odd = client.events(key, BATCH, "[" + lone + "," + event("\"id\":\"c\"", "{}") + "]");
        assertThat(odd.status()).isEqualTo(207);
        assertThat(statuses(odd)).containsExactly(422, 202);
        assertThat(odd.body().at("/items/0/id").isMissingNode()).isTrue();
        assertThat(odd.body().at("/items/1/id").stringValue()).isEqualTo("c");
        await("lists", 3);
    }

    @Test
    void aBodyOfManySmallThingsIsBoundedToo() {
        assertThat(client.events(edges, BATCH, "[" + "{},".repeat(300_000) + "{}]")
                        .status())
                .isEqualTo(413);
        String many =
                IntStream.range(0, 60_000).mapToObj(i -> "\"" + i + "\":0").collect(Collectors.joining(","));
        assertThat(client.events(edges, STRUCTURED, "{" + many + "}").status()).isEqualTo(400);
        assertThat(client.events(edges, BATCH, "[{" + many + "}]").status()).isEqualTo(400);
        for (String malformed : List.of("[{}", "[{}]]", "[{}] {}", "[{},]", "", "{}", "[{} {}]")) {
            assertThat(client.events(edges, BATCH, malformed).status())
                    .as(malformed)
                    .isEqualTo(400);
        }
    }

    @Test
    void aBodyOfUnknownLengthIsBoundedToo() throws Exception {
        String key = client.tenantKey("chunked", WRITE);
        byte[] large = (event("\"id\":\"a\"", "{}") + " ".repeat(1_000_000)).getBytes(StandardCharsets.UTF_8);
        assertThat(chunked(key, large)).isEqualTo(413);
        byte[] small = event("\"id\":\"a\"", "{}").getBytes(StandardCharsets.UTF_8);
        assertThat(chunked(key, small)).isEqualTo(202);
        byte[] latin = event("\"id\":\"\u00e4\"", "{}").getBytes(StandardCharsets.ISO_8859_1);
        assertThat(chunked(key, latin)).isEqualTo(400);
        assertThat(client.events(key, STRUCTURED, "x", "Content-Encoding", "gzip")
                        .status())
                .isEqualTo(415);
    }

    @Test
    void oneTenantCannotKeepTheOthersOut() throws IOException {
        String greedy = client.tenantKey("greedy", WRITE);
        String modest = client.tenantKey("modest", WRITE);
        try (Socket slow = client.halfARequest(greedy, STRUCTURED)) {
            Await.until(
                    "the greedy tenant has its place",
                    IngestHarness.DEADLINE,
                    () -> client.events(greedy, STRUCTURED, event("\"id\":\"g\"", "{}"))
                                    .status()
                            == 429);
            Answer refused = client.events(greedy, STRUCTURED, event("\"id\":\"g\"", "{}"));
            assertThat(refused.status()).isEqualTo(429);
            assertThat(refused.raw().headers().firstValue("retry-after")).contains("1");
            assertThat(refused.raw().headers().firstValue("content-type")).contains("application/problem+json");
            assertThat(refused.body().path("type").stringValue()).endsWith("/too-many-requests");
            assertThat(client.events(modest, STRUCTURED, event("\"id\":\"m\"", "{}"))
                            .status())
                    .isEqualTo(202);
            slow.shutdownOutput();
            Await.until(
                    "its place is free again",
                    IngestHarness.DEADLINE,
                    () -> client.events(greedy, STRUCTURED, event("\"id\":\"g2\"", "{}"))
                                    .status()
                            < 300);
        }
        assertThat(client.metric("tollgate_ingest_intake_busy_total{bound=\"tenant\"}"))
                .isPositive();
    }

    @Test
    void countsWhatItTookAndWhatItRefused() {
        String key = client.tenantKey("counted", WRITE);
        String accepted = "tollgate_ingest_intake_events_total{outcome=\"accepted\",status=\"202\"}";
        String repeated = "tollgate_ingest_intake_events_total{outcome=\"repeated\",status=\"200\"}";
        String conflict = "tollgate_ingest_intake_events_total{outcome=\"conflict\",status=\"409\"}";
        String refused = "tollgate_ingest_intake_events_total{outcome=\"refused\",status=\"422\"}";
        // Counted after the answer, so it may still lag behind an earlier test.
        String media = "tollgate_ingest_intake_requests_total{status=\"415\"}";
        double mediaBefore = client.metric(media);
        List<String> names = List.of(accepted, repeated, conflict, refused);
        List<Double> before = names.stream().map(client::metric).toList();

        String a = event("\"id\":\"a\"", "{}");
        client.events(key, STRUCTURED, a);
        client.events(
                key, LINES, a + "\n" + event("\"id\":\"b\"", "{}") + "\n" + event("\"id\":\"a\"", "{\"units\":3}"));
        client.events(key, STRUCTURED, event("\"id\":\"c\"", "{\"units\":-1}"));
        client.events(key, "text/plain", a);

        List<Double> more = List.of(2.0, 1.0, 1.0, 1.0);
        for (int i = 0; i < names.size(); i++) {
            String name = names.get(i);
            double expected = before.get(i) + more.get(i);
            assertThat(client.metric(name)).as(name).isEqualTo(expected);
        }
        Await.until(media, IngestHarness.DEADLINE, () -> client.metric(media) > mediaBefore);
        Await.until(
                "the months are counted",
                IngestHarness.DEADLINE,
                () -> client.metric("tollgate_ingest_months_ready") == 3.0);
        assertThat(client.metric("tollgate_ingest_months_overdue")).isZero();
        assertThat(client.text("/actuator/prometheus"))
                .contains(
                        "tollgate_ingest_months_kept ",
                        "tollgate_ingest_months_oldest_age ",
                        "tollgate_ingest_months_exported_seconds NaN");
    }

    private String event(String attributes, String data) {
        return "{\"specversion\":\"1.0\",\"type\":\"dev.tollgate.usage.api_request.v1\",\"source\":\"s\"," + attributes
                + (attributes.contains("\"time\"") ? "" : ",\"time\":\"" + now + "\"") + ",\"data\":" + data + "}";
    }

    private Answer binary(String key, String id, String... more) {
        String[] fields = {
            "ce-specversion", "1.0",
            "ce-type", "dev.tollgate.usage.api_request.v1",
            "ce-source", "s",
            "ce-time", now,
            "ce-id", id
        };
        String[] all = Stream.concat(Arrays.stream(fields), Arrays.stream(more)).toArray(String[]::new);
        return client.events(key, "application/json;charset=utf-8", "{}", all);
    }

    private int chunked(String key, byte[] body) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + harness.port() + "/v1/events"))
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", STRUCTURED)
                .POST(HttpRequest.BodyPublishers.ofInputStream(() -> new ByteArrayInputStream(body)))
                .build();
        try (HttpClient http = HttpClient.newHttpClient()) {
            return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
        }
    }

    private static List<Integer> statuses(Answer answer) {
        return answer.body()
                .path("items")
                .valueStream()
                .map(item -> item.path("status").intValue())
                .toList();
    }

    private void await(String tenant, int rows) {
        harness.await(
                rows + " rows of " + tenant,
                rows,
                "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = '" + tenant + "'");
    }
}
