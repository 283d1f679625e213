package dev.tollgate.aggregator.query;

import static dev.tollgate.aggregator.query.ExpectedRows.assertSums;
import static dev.tollgate.aggregator.query.ExpectedRows.within;
import static dev.tollgate.aggregator.testing.RunningService.RANGE;
import static dev.tollgate.aggregator.testing.RunningService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import dev.tollgate.schema.contract.RequestEvent;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;

/// What somebody may ask who does not know the service.
class UsageEdgesTest {

    private final RunningService running = RunningService.shared();
    private final String acme = running.acme();
    private final String staff = running.staff();

    UsageEdgesTest() throws SQLException {}

    @ParameterizedTest
    @CsvSource({
        "edges-spring, Europe/Berlin, 2015-03-27T23:00:00Z, 23",
        "edges-autumn, Europe/Berlin, 2015-10-23T22:00:00Z, 25",
        "edges-midnight, America/Sao_Paulo, 2015-10-17T03:00:00Z, 23",
        "edges-half, Australia/Lord_Howe, 2015-04-03T13:00:00Z, 24"
    })
    void aDayInWhichTheClockIsSet(String tenant, String zone, Instant first, long hours) throws SQLException {
        running.tenant(tenant, zone);
        List<RequestEvent> events = running.events(tenant, first, 600_000, 400);
        String range =
                "/v1/usage?limit=500&tenant=" + tenant + "&from=" + first + "&to=" + first.plus(Duration.ofHours(66));
        List<JsonNode> days = running.pages(range + "&window=day", staff);
        assertThat(days).hasSize(3);
        assertThat(length(days.get(1))).isEqualTo(Duration.ofHours(hours).plus(half(zone)));
        for (String window : List.of("day", "hour", "hour&groupBy=method")) {
            List<JsonNode> rows = running.pages(range + "&window=" + window, staff);
            assertThat(ExpectedRows.sum(rows, "units"))
                    .isEqualTo(within(events, first, first.plus(Duration.ofHours(66))).stream()
                            .mapToLong(RequestEvent::units)
                            .sum());
            if (!window.contains("groupBy")) {
                rows.forEach(row -> assertSums(row, within(events, start(row), end(row))));
            }
        }
    }

    private static Duration half(String zone) {
        return zone.endsWith("Lord_Howe") ? Duration.ofMinutes(30) : Duration.ZERO;
    }

    @Test
    void aTenantThatUsedNothingHasEmptyRows() throws SQLException {
        running.tenant("edges-idle", "UTC");
        List<JsonNode> rows = running.pages(
                "/v1/usage?tenant=edges-idle&window=month&from=2015-11-15T00:00:00Z&to=2016-02-01T00:00:00Z", staff);
        assertThat(rows.stream().map(row -> row.path("start").stringValue() + " " + row.path("totalRequests")))
                .containsExactly("2015-11-15T00:00:00Z 0", "2015-12-01T00:00:00Z 0", "2016-01-01T00:00:00Z 0");
        assertThat(rows.getFirst().has("avgDurationMs")).isFalse();
        assertThat(running.pages("/v1/usage?tenant=edges-idle&window=day&groupBy=route" + RANGE, staff))
                .isEmpty();
        assertThat(running.json("/v1/usage/live?tenant=edges-idle", staff)
                        .path("quotas")
                        .valueStream()
                        .map(quota -> quota.path("used").longValue()))
                .isNotEmpty()
                .containsOnly(0L);
        // One whom nobody registered is as empty, in UTC.
        assertThat(running.json("/v1/usage?tenant=edges-nobody&window=day" + RANGE, staff)
                        .path("timeZone")
                        .stringValue())
                .isIn("UTC", "Z");
    }

    @ParameterizedTest
    @CsvSource({
        "from=2015-06-01T00:00:00Z&to=2015-06-01T00:00:00Z, to",
        "from=2015-06-02T00:00:00Z&to=2015-06-01T00:00:00Z, to",
        "from=2015-06-01T00:00:00Z&to=2015-07-02T00:00:00.001Z&window=hour, to",
        "from=2015-06-01T00:00:00Z&to=2015-06-02T00:00:00.001Z&window=minute, to",
        "from=2015-06-01T00:00:00Z&to=2015-07-02T00:00:00.001Z&window=month&groupBy=route, to",
        "from=2000-01-01T00:00:00Z&to=2199-12-31T00:00:00Z&window=month, to",
        "from=1999-12-31T23:59:59Z&to=2000-01-02T00:00:00Z, from",
        "from=2015-06-01T00:00:00&to=2015-06-02T00:00:00Z, from",
        "from=2015-06-01T00:00:00.0001Z&to=2015-06-02T00:00:00Z, from",
        "from=2015-06-01T00:00:00Z&to=2015-06-31T00:00:00Z, to",
        "to=2015-06-02T00:00:00Z, from",
        "from=&to=2015-06-02T00:00:00Z, from",
        "from=2015-06-01T00:00:00Z&from=2015-06-01T00:00:00Z&to=2015-06-02T00:00:00Z, from"
    })
    void aRangeThatIsNone(String query, String field) {
        HttpResponse<String> answer = running.get("/v1/usage?" + query, acme, "*/*");
        assertProblem(answer, 400, "invalid-field");
        assertThat(answer.body()).contains("\"field\":\"" + field + "\"");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "text/csv | csv",
                "TEXT/CSV | csv",
                "text/csv, */*;q=0.1 | csv",
                "text/* | csv",
                "*/* | json",
                "application/json, text/csv;q=0.5 | json",
                "application/json;q=0.5, text/csv | csv",
                "text/csv;q=0 | json",
                "text/html | json",
                "*/*, text/csv | csv",
                "no such thing | json"
            })
    void answersInTheFormThatIsLikedBest(String accept, String form) {
        HttpResponse<String> answer = running.get("/v1/usage?window=day" + RANGE, acme, accept);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.headers().firstValue("Content-Type").orElse("")).contains(form);
        assertThat(answer.headers().firstValue("Vary").orElse("")).isEqualTo("Accept");
    }

    @Test
    void writesAnyRouteIntoOneCell() throws SQLException {
        running.tenant("edges-csv", "UTC");
        running.events("edges-csv", RunningService.FIRST, 60_000, 6);
        List<String> routes =
                List.of("a \"quoted\", one", "two\nlines\r\n", "=cmd|' /C calc'!A0", "@SUM(1)", "\t-1", "é 漢");
        for (int i = 0; i < routes.size(); i++) {
            running.execute(
                    "UPDATE tenant_metrics_raw SET route = ? WHERE tenant_id = 'edges-csv' AND sequence = ?",
                    routes.get(i),
                    i + 1);
        }
        String csv = running.get("/v1/usage?tenant=edges-csv&groupBy=route&window=day&format=csv" + RANGE, staff, "*/*")
                .body();
        assertThat(csv)
                .contains(",\"a \"\"quoted\"\", one\",", ",\"two\nlines\r\n\",", ",'=cmd|' /C calc'!A0,", ",'@SUM(1),")
                .contains(",'\t-1,", ",é 漢,");
    }

    @Test
    void answersHeadAsGetWithoutABody() {
        for (String path : List.of("/v1/usage?window=day" + RANGE, "/v1/usage/live")) {
            HttpResponse<String> head =
                    running.send(path, acme, request -> request.method("HEAD", BodyPublishers.noBody()));
            assertThat(head.statusCode()).as(path).isEqualTo(200);
            assertThat(head.body()).isEmpty();
            assertThat(head.headers().firstValue("Content-Length").orElse("0")).isNotEqualTo("0");
            assertProblem(
                    running.send(path, acme, request -> request.POST(BodyPublishers.noBody())),
                    405,
                    "method-not-allowed");
        }
    }

    /// Somebody holds the raw rows, so that they are not read in time.
    @Test
    void refusesWhatTakesTooLongWithAHint() throws SQLException {
        try (Connection other = running.another();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("LOCK TABLE tenant_metrics_raw_2015_06 IN ACCESS EXCLUSIVE MODE");
            HttpResponse<String> answer = running.get("/v1/usage?window=day&groupBy=route" + RANGE, acme, "*/*");
            other.rollback();
            assertProblem(answer, 422, "query-too-large");
            assertThat(answer.body())
                    .contains("the usage of acme could not be added up in 3000 ms", "ask for a shorter range");
        }
        assertThat(running.json("/v1/usage?window=day&groupBy=route" + RANGE, acme)
                        .path("items")
                        .isEmpty())
                .isFalse();
    }

    @Test
    void ofAnArchivedMonthOnlyWholeHoursAreAnswered() throws Exception {
        running.text("INSERT INTO raw_months VALUES ('2013-03-01', 'dropped', now(), now(), now(), 0, 0, 0, 0, 'f', 0,"
                + " sha256('')) RETURNING state");
        String path = "/v1/usage?from=2013-03-05T00:00:00Z&to=2013-03-06T00:00:00Z&window=";
        assertThat(running.status(path + "day&timeZone=UTC", acme)).isEqualTo(200);
        assertThat(running.status(path + "hour&timeZone=UTC", acme)).isEqualTo(200);
        for (String needsRaw : List.of("minute&limit=1", "hour&groupBy=route", "day&timeZone=Asia/Kolkata")) {
            HttpResponse<String> answer = running.get(path + needsRaw, acme, "*/*");
            assertProblem(answer, 422, "raw-archived");
            assertThat(answer.body()).contains("of 2013-03 only whole UTC hours are kept");
        }
        String elsewhere = "/v1/usage?from=2013-04-05T00:00:00Z&to=2013-04-06T00:00:00Z&window=hour&groupBy=route";
        assertThat(running.status(elsewhere, acme)).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"%zz", "%ff", "%00", "%c3%28"})
    void bytesThatAreNoTextAreARequestThatIsWrong(String value) throws Exception {
        for (String parameter : List.of("timeZone=", "tenant=", "cursor=", "groupBy=")) {
            assertThat(running.status("/v1/usage?" + parameter + value + "&window=day" + RANGE, acme))
                    .as(parameter + value)
                    .isEqualTo(400);
        }
    }

    private static Duration length(JsonNode row) {
        return Duration.between(start(row), end(row));
    }

    private static Instant start(JsonNode row) {
        return Instant.parse(row.path("start").stringValue());
    }

    private static Instant end(JsonNode row) {
        return Instant.parse(row.path("end").stringValue());
    }
}
