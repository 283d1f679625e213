package dev.tollgate.aggregator.query;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.page.Cursor;
import dev.tollgate.schema.contract.HourlyBucket;
import dev.tollgate.schema.contract.RequestEvent;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.yaml.snakeyaml.Yaml;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// Usage over HTTP, against what the same events add up to in memory. Events carry the seed 7.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class UsageServiceTest {

    private static final Instant FIRST = Instant.parse("2015-06-01T00:00:00Z");
    private static final String RANGE = "&from=2015-06-01T00:00:00Z&to=2015-06-11T00:00:00Z";
    private static final String SECRET_ROUTE = "rival-route";

    private final RunningUsage running;
    private final List<RequestEvent> events;
    private final String acme;
    private final String staff;

    UsageServiceTest(@TempDir Path stateDir) throws SQLException {
        running = new RunningUsage(stateDir);
        running.tenant("acme", "Asia/Kolkata");
        running.tenant("rival", "UTC");
        events = running.events("acme", FIRST, 432_123, 2_000); // ten days
        running.events("rival", FIRST, 432_123, 500);
        running.execute("UPDATE tenant_metrics_raw SET route = ? WHERE tenant_id = 'rival'", SECRET_ROUTE);
        acme = running.tenantKey("acme", "usage:read");
        staff = running.staffKey();
    }

    @AfterAll
    void stop() throws SQLException {
        running.close();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "window=hour&timeZone=UTC",
                "window=hour&timeZone=Asia/Kolkata",
                "window=day&timeZone=Europe/Berlin",
                "window=day",
                "window=month"
            })
    void addsUpWindowsOfAnyZone(String query) {
        List<JsonNode> rows = pages("/v1/usage?" + query + RANGE + "&limit=50");
        for (JsonNode row : rows) {
            Instant start = Instant.parse(row.path("start").stringValue());
            Instant end = Instant.parse(row.path("end").stringValue());
            assertSums(row, within(events, start, end));
        }
        assertThat(rows.getFirst().path("start").stringValue()).isEqualTo("2015-06-01T00:00:00Z");
        assertThat(rows.getLast().path("end").stringValue()).isEqualTo("2015-06-11T00:00:00Z");
        assertThat(sum(rows, "units"))
                .isEqualTo(within(events, FIRST, Instant.parse("2015-06-11T00:00:00Z")).stream()
                        .mapToLong(RequestEvent::units)
                        .sum());
    }

    @Test
    void readsWholeHoursFromTheBuckets() throws SQLException {
        running.tenant("bucketed", "UTC");
        running.events("bucketed", FIRST, 600_000, 12);
        running.execute(
                "DELETE FROM tenant_metrics_raw WHERE tenant_id = 'bucketed' AND event_time < ?::timestamptz",
                "2015-06-01T01:00:00Z");
        JsonNode body = json("/v1/usage?tenant=bucketed&window=day" + RANGE, staff);
        JsonNode cut = json("/v1/usage?tenant=bucketed&from=2015-06-01T00:30:00Z&to=2015-06-01T02:00:00Z", staff);
        JsonNode whole = body.path("items").path(0);
        assertThat(body.path("timeZone").stringValue()).isEqualTo("UTC");
        assertThat(whole.path("totalRequests").longValue())
                .isGreaterThan(cut.path("items").path(1).path("totalRequests").longValue());
        assertThat(cut.path("items").path(0).path("totalRequests").longValue()).isZero();
        assertThat(body.path("items").path(1).has("p50DurationMs")).isFalse();
    }

    @Test
    void groupsAddUpAndPagesJoin() {
        String query = "/v1/usage?window=day&groupBy=route,statusClass&groupBy=method" + RANGE;
        ZoneId zone = ZoneId.of("Asia/Kolkata");
        Map<String, List<RequestEvent>> expected = within(events, FIRST, Instant.parse("2015-06-11T00:00:00Z")).stream()
                .collect(Collectors.groupingBy(
                        event -> event.eventTime().atZone(zone).toLocalDate() + "\u0001" + groups(event),
                        TreeMap::new,
                        Collectors.toList()));
        List<JsonNode> rows = pages(query + "&limit=7");
        assertThat(rows).isEqualTo(pages(query + "&limit=500"));
        List<String> names = rows.stream()
                .map(row -> Instant.parse(row.path("start").stringValue())
                                .atZone(zone)
                                .toLocalDate() + "\u0001" + row.path("route").stringValue() + "\u0001"
                        + row.path("statusClass").stringValue() + "\u0001"
                        + row.path("method").stringValue())
                .toList();
        assertThat(names).containsExactlyElementsOf(expected.keySet());
        for (int i = 0; i < rows.size(); i++) {
            assertSums(rows.get(i), expected.getOrDefault(names.get(i), List.of()));
        }
    }

    @Test
    void minutesHaveARowEach() {
        List<JsonNode> rows =
                pages("/v1/usage?window=minute&from=2015-06-02T00:00:30Z&to=2015-06-02T23:59:00Z&limit=500");
        assertThat(rows).hasSize(1_439);
        for (JsonNode row : rows) {
            Instant start = Instant.parse(row.path("start").stringValue());
            assertSums(row, within(events, start, Instant.parse(row.path("end").stringValue())));
        }
    }

    @Test
    void takesBackWhatARowWithAnotherSignSays() {
        UsageSum sum = new UsageSum();
        sum.add(new UsageSum.Counts(2, 2, 2, 0, 0, 4, 2, 20, 10, 60));
        sum.addDurations(30, 2);
        sum.add(new UsageSum.Counts(-2, -2, -2, 0, 0, -4, -2, -20, -10, -60));
        UsageRow row = sum.toRow(new UsageQuery.Span(FIRST, FIRST.plusSeconds(1)), List.of());
        assertThat(row.totalRequests()).isZero();
        assertThat(row.avgDurationMs()).isNull();
    }

    @Test
    void writesCsvThatNoSpreadsheetComputes() {
        HttpResponse<String> csv =
                running.get("/v1/usage?groupBy=route&window=month&limit=1" + RANGE, acme, "text/csv");
        assertThat(csv.statusCode()).isEqualTo(200);
        assertThat(csv.headers().firstValue("Content-Type").orElse("")).startsWith("text/csv");
        assertThat(csv.headers().firstValue("X-Next-Cursor")).isPresent();
        String[] lines = csv.body().split("\r\n", -1);
        assertThat(lines).hasSize(3);
        assertThat(lines[0]).startsWith("start,end,route,totalRequests,billableRequests,");
        assertThat(lines[1]).startsWith("2015-06-01T00:00:00Z,2015-06-11T00:00:00Z,\"'=1+1,\"\"x\"\"\",");
    }

    @Test
    void showsQuotaWindowsNow() throws SQLException {
        running.execute(
                "SELECT tollgate.set_route_policy('reports', '{\"requests_per_day\": 9, \"enforcement\": \"shadow\"}', 'test')");
        JsonNode own = json("/v1/usage/live", acme);
        assertThat(own.path("tier").stringValue()).isEqualTo("starter");
        Map<String, String> limits = new LinkedHashMap<>();
        own.path("quotas")
                .forEach(quota -> limits.put(
                        quota.path("policy").asString("") + " "
                                + quota.path("quota").stringValue(),
                        quota.path("limit") + " " + quota.path("remaining") + " " + quota.path("used") + " "
                                + quota.path("enforcement").stringValue()));
        assertThat(limits)
                .containsEntry(" requests_per_minute", "120 120 0 enforce")
                .containsEntry(" requests_per_month", "1000000 1000000 0 enforce")
                .containsEntry("reports requests_per_day", "9 9 0 shadow");
        assertProblem(running.get("/v1/usage/live?tenant=nobody", staff, "*/*"), 404, "not-found");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "window=week | window",
                "timeZone=Nowhere/City | timeZone",
                "timeZone=%2B05:30 | timeZone",
                "groupBy=tenant_id | groupBy",
                "groupBy=route,route | groupBy",
                "groupBy= | groupBy",
                "limit=0 | limit",
                "limit=501 | limit",
                "format=xml | format",
                "window=minute | to",
                "groupby=route | groupby",
                "window=day&window=hour | window"
            })
    void namesWhatIsWrong(String query, String field) {
        HttpResponse<String> answer = running.get("/v1/usage?" + query + RANGE, acme, "*/*");
        assertProblem(answer, 400, "invalid-field");
        assertThat(JsonMapper.shared().readTree(answer.body()).path("field").stringValue())
                .isEqualTo(field);
    }

    @Test
    void letsInWhomItShould() throws SQLException {
        assertProblem(running.get("/v1/usage?window=day" + RANGE, null, "*/*"), 401, "unauthenticated");
        assertProblem(running.get("/v1/usage?tenant=rival" + RANGE, acme, "*/*"), 403, "forbidden");
        assertProblem(running.get("/v1/usage/live?tenant=rival", acme, "*/*"), 403, "forbidden");
        String traffic = running.tenantKey("acme", "traffic");
        assertProblem(running.get("/v1/usage?window=day" + RANGE, traffic, "*/*"), 403, "forbidden");
        assertProblem(running.get("/v1/usage?window=day" + RANGE, staff, "*/*"), 400, "invalid-field");
    }

    @Test
    void aCursorBelongsToItsQuery() {
        String cursor = json("/v1/usage?window=day&limit=1" + RANGE, acme)
                .path("nextCursor")
                .stringValue();
        assertThat(running.get("/v1/usage?window=day&cursor=" + cursor + RANGE, acme, "*/*")
                        .statusCode())
                .isEqualTo(200);
        for (String other : List.of(
                "window=hour", "window=day&tenant=rival", "window=day&timeZone=UTC", "window=day&groupBy=route")) {
            String key = other.contains("rival") ? staff : acme;
            assertProblem(
                    running.get("/v1/usage?" + other + "&cursor=" + cursor + RANGE, key, "*/*"), 400, "invalid-cursor");
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"tenant", "from", "to", "window", "timeZone", "groupBy", "format", "cursor", "limit", "other"})
    void noAttackBringsRowsOfAnotherTenant(String parameter) {
        for (String attack : List.of(
                "rival",
                "acme' OR '1'='1",
                "acme,rival",
                "acme|rival",
                "' UNION SELECT * FROM tenant_metrics_raw WHERE tenant_id = 'rival' --",
                "1; SET ROLE tollgate_owner; SELECT 1",
                "route) OR true --",
                "$$; SELECT set_config('tollgate.context', 'rival', true); $$",
                "\u0000rival",
                "%",
                "{\"tenant\":\"rival\"}")) {
            Map<String, String> parameters = new LinkedHashMap<>(Map.of(
                    "from", "2015-06-01T00:00:00Z", "to", "2015-06-11T00:00:00Z", "window", "day", "groupBy", "route"));
            parameters.put(parameter, attack);
            String query = parameters.entrySet().stream()
                    .map(entry -> entry.getKey() + "=" + URLEncoder.encode(entry.getValue(), StandardCharsets.UTF_8))
                    .collect(Collectors.joining("&"));
            HttpResponse<String> answer = running.get("/v1/usage?" + query, acme, "*/*");
            assertThat(answer.statusCode()).as(parameter + "=" + attack).isIn(400, 403);
            assertThat(answer.body()).doesNotContain(SECRET_ROUTE);
            assertThat(answer.headers().firstValue("Content-Type").orElse("")).isEqualTo("application/problem+json");
        }
    }

    @Test
    void aForgedCursorReadsTheOwnTenantOnly() {
        String query = "/v1/usage?window=month&groupBy=route&limit=1" + RANGE;
        String cursor = json(query, acme).path("nextCursor").stringValue();
        String forged = Cursor.of(
                        Cursor.parse(cursor).orElseThrow().parts().get(0),
                        Long.toString(FIRST.toEpochMilli()),
                        "') OR tenant_id = 'rival")
                .text();
        HttpResponse<String> answer = running.get(query + "&cursor=" + forged, acme, "*/*");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"acme\"").doesNotContain(SECRET_ROUTE);
    }

    @Test
    void everyExampleIsWhatTheServiceAnswers() {
        Map<String, Object> document =
                new Yaml().load(running.get("/openapi.yaml", null, "*/*").body());
        JsonNode described = JsonMapper.shared().valueToTree(document);
        described.path("paths").properties().forEach(path -> {
            JsonNode operation = path.getValue().path("get");
            List<String> query = new ArrayList<>();
            operation.path("parameters").forEach(given -> {
                JsonNode parameter = given.has("$ref")
                        ? described.at(given.path("$ref").stringValue().substring(1))
                        : given;
                if (parameter.has("example")) {
                    query.add(parameter.path("name").stringValue() + "="
                            + URLEncoder.encode(parameter.path("example").asString(), StandardCharsets.UTF_8));
                }
            });
            HttpResponse<String> answer = running.get(path.getKey() + "?" + String.join("&", query), staff, "*/*");
            assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
            JsonNode example = operation.at("/responses/200/content/application~1json/example");
            JsonNode body = JsonMapper.shared().readTree(answer.body());
            assertThat(new TreeSet<>(body.propertyNames())).isEqualTo(new TreeSet<>(example.propertyNames()));
            String list = body.has("items") ? "items" : "quotas";
            assertThat(body.path(list).valueStream().map(item -> new TreeSet<>(item.propertyNames())))
                    .contains(new TreeSet<>(example.path(list).path(0).propertyNames()));
        });
    }

    private JsonNode json(String path, String key) {
        HttpResponse<String> answer = running.get(path, key, "application/json");
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return JsonMapper.shared().readTree(answer.body());
    }

    private List<JsonNode> pages(String path) {
        List<JsonNode> rows = new ArrayList<>();
        @Nullable String cursor = null;
        do {
            JsonNode page = json(path + (cursor == null ? "" : "&cursor=" + cursor), acme);
            page.path("items").forEach(rows::add);
            cursor = page.has("nextCursor") ? page.path("nextCursor").stringValue() : null;
        } while (cursor != null);
        return rows;
    }

    private static String groups(RequestEvent event) {
        Integer status = event.responseStatus();
        return (event.sequence() % 3 == 0 ? "=1+1,\"x\"" : "things") + "\u0001"
                + (status == null ? "" : status / 100 + "xx") + "\u0001" + (event.sequence() % 2 == 0 ? "PUT" : "GET");
    }

    private static List<RequestEvent> within(List<RequestEvent> events, Instant start, Instant end) {
        return events.stream()
                .filter(event ->
                        !event.eventTime().isBefore(start) && event.eventTime().isBefore(end))
                .toList();
    }

    private static long sum(List<JsonNode> rows, String member) {
        return rows.stream().mapToLong(row -> row.path(member).longValue()).sum();
    }

    private static void assertSums(JsonNode row, List<RequestEvent> events) {
        Map<String, Function<HourlyBucket, @Nullable Object>> members = new LinkedHashMap<>();
        members.put("totalRequests", HourlyBucket::totalRequests);
        members.put("billableRequests", HourlyBucket::billableRequests);
        members.put("successfulRequests", HourlyBucket::successfulRequests);
        members.put("failedRequests", HourlyBucket::failedRequests);
        members.put("aiRequests", HourlyBucket::aiRequests);
        members.put("units", HourlyBucket::units);
        members.put("dbQueries", HourlyBucket::totalDbQueries);
        members.put("bytesSent", HourlyBucket::totalBytesSent);
        members.put("bytesReceived", HourlyBucket::totalBytesReceived);
        members.put("p50DurationMs", HourlyBucket::p50DurationMs);
        members.put("p95DurationMs", HourlyBucket::p95DurationMs);
        members.put("p99DurationMs", HourlyBucket::p99DurationMs);
        HourlyBucket expected = events.isEmpty() ? null : RunningUsage.sum(events);
        members.forEach((member, value) -> {
            Object wanted = expected == null ? Long.valueOf(0) : value.apply(expected);
            assertThat(row.path(member).asLong(0))
                    .as(member + " of " + row)
                    .isEqualTo(wanted == null ? Long.valueOf(0) : wanted);
        });
    }

    private static void assertProblem(HttpResponse<String> answer, int status, String type) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
        assertThat(answer.body()).contains("https://tollgate.dev/problems/" + type);
    }
}
