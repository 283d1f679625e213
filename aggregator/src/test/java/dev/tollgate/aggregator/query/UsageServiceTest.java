package dev.tollgate.aggregator.query;

import static dev.tollgate.aggregator.query.ExpectedRows.assertSums;
import static dev.tollgate.aggregator.query.ExpectedRows.sum;
import static dev.tollgate.aggregator.query.ExpectedRows.within;
import static dev.tollgate.aggregator.testing.RunningService.FIRST;
import static dev.tollgate.aggregator.testing.RunningService.RANGE;
import static dev.tollgate.aggregator.testing.RunningService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import dev.tollgate.schema.contract.RequestEvent;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.time.Instant;
import java.time.ZoneId;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// Usage over HTTP, against what the same events add up to in memory. Events carry the seed 7.
class UsageServiceTest {

    private final RunningService running = RunningService.shared();
    private final List<RequestEvent> events = running.acmeEvents();
    private final String acme = running.acme();
    private final String staff = running.staff();

    UsageServiceTest() throws SQLException {}

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
        List<JsonNode> rows = running.pages("/v1/usage?" + query + RANGE + "&limit=50", acme);
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
        JsonNode body = running.json("/v1/usage?tenant=bucketed&window=day" + RANGE, staff);
        JsonNode cut =
                running.json("/v1/usage?tenant=bucketed&from=2015-06-01T00:30:00Z&to=2015-06-01T02:00:00Z", staff);
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
        List<JsonNode> rows = running.pages(query + "&limit=7", acme);
        assertThat(rows).isEqualTo(running.pages(query + "&limit=500", acme));
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
        List<JsonNode> rows = running.pages(
                "/v1/usage?window=minute&from=2015-06-02T00:00:30Z&to=2015-06-02T23:59:00Z&limit=500", acme);
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
        JsonNode own = running.json("/v1/usage/live", acme);
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

    private static String groups(RequestEvent event) {
        Integer status = event.responseStatus();
        return (event.sequence() % 3 == 0 ? "=1+1,\"x\"" : "things") + "\u0001"
                + (status == null ? "" : status / 100 + "xx") + "\u0001" + (event.sequence() % 2 == 0 ? "PUT" : "GET");
    }
}
