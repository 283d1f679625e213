package dev.tollgate.aggregator.query;

import static dev.tollgate.aggregator.testing.RunningService.FIRST;
import static dev.tollgate.aggregator.testing.RunningService.RANGE;
import static dev.tollgate.aggregator.testing.RunningService.SECRET_ROUTE;
import static dev.tollgate.aggregator.testing.RunningService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import dev.tollgate.schema.access.page.Cursor;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.json.JsonMapper;

/// Who may ask for whose usage, and what strangers try.
class UsageAccessTest {

    private final RunningService running = RunningService.shared();
    private final String acme = running.acme();
    private final String staff = running.staff();

    UsageAccessTest() throws SQLException {}

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
        String cursor = running.json("/v1/usage?window=day&limit=1" + RANGE, acme)
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
            HttpResponse<String> live = running.get(
                    "/v1/usage/live?" + parameter + "=" + URLEncoder.encode(attack, StandardCharsets.UTF_8),
                    acme,
                    "*/*");
            assertThat(live.statusCode()).as(parameter + "=" + attack).isIn(400, 403);
        }
    }

    @Test
    void aForgedCursorReadsTheOwnTenantOnly() {
        String query = "/v1/usage?window=month&groupBy=route&limit=1" + RANGE;
        String cursor = running.json(query, acme).path("nextCursor").stringValue();
        String forged = Cursor.of(
                        Cursor.parse(cursor).orElseThrow().parts().get(0),
                        Long.toString(FIRST.toEpochMilli()),
                        "') OR tenant_id = 'rival")
                .text();
        HttpResponse<String> answer = running.get(query + "&cursor=" + forged, acme, "*/*");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("\"acme\"").doesNotContain(SECRET_ROUTE);
    }
}
