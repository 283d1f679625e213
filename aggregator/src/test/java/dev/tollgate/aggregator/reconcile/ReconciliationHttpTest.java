package dev.tollgate.aggregator.reconcile;

import static dev.tollgate.aggregator.testing.RunningService.assertProblem;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.testing.RunningService;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.sql.SQLException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// The reconciler over HTTP. What is planted lies in a month without raw rows, so that no look at its hour closes it.
class ReconciliationHttpTest {

    private static final String STATE = "/v1/reconciliation?limit=2";
    private static final String INSERT =
            "INSERT INTO reconciliation_findings (kind, tenant_id, hour_bucket, source, sequence_from, sequence_to, expected,"
                    + " actual, first_seen_at, last_seen_at) VALUES (?, ?, ?::timestamptz, ?, ?, ?, ?::jsonb, ?::jsonb,"
                    + " '2026-01-31T11:00:00Z', '2026-01-31T12:00:00Z') RETURNING finding_id";

    private final RunningService running = RunningService.shared();
    private final String operator = running.staffKey("OPERATOR");

    ReconciliationHttpTest() throws SQLException {}

    @Test
    void showsWhatIsOpenInPages() throws SQLException {
        String duplicate = rows("duplicate", "paged-1");
        String difference = running.text(
                INSERT,
                "difference",
                "paged-2",
                "2014-01-01T01:00:00Z",
                null,
                null,
                null,
                "{\"event_count\": 3, \"fingerprint\": -9007199254740993}",
                "{\"event_count\": 2, \"fingerprint\": 7}");
        String loss = loss("paged.7");

        List<JsonNode> all = running.pages(STATE, operator);
        assertThat(all.stream().map(item -> Long.valueOf(item.path("id").asString())))
                .contains(Long.valueOf(duplicate), Long.valueOf(difference), Long.valueOf(loss))
                .isSorted()
                .doesNotHaveDuplicates();
        assertThat(json(all, duplicate))
                .contains("\"kind\":\"duplicate\"", "\"tenantId\":\"paged-1\"", "\"hour\":\"2014-01-01T00:00:00Z\"")
                .contains("\"sequenceFrom\":41,\"sequenceTo\":41,\"expected\":{\"rows\":1}")
                .contains("\"firstSeenAt\":\"2026-01-31T11:00:00Z\"");
        assertThat(json(all, difference))
                .contains("\"expected\":{\"eventCount\":3,\"fingerprint\":\"-9007199254740993\"}")
                .doesNotContain("source", "periodId", "resolvedAt");
        assertThat(json(all, loss)).contains("\"source\":\"paged.7\"").doesNotContain("tenantId", "hour");

        JsonNode state = running.json(STATE, running.staffKey("FINANCE"));
        assertThat(state.path("open").path("duplicate").longValue()).isPositive();
        assertThat(state.path("red").longValue()).isGreaterThanOrEqualTo(3);
        assertThat(state.path("scans")
                        .valueStream()
                        .map(scan -> scan.path("scan").asString()))
                .containsExactly("recent", "rotating");
    }

    @Test
    void saysHowFarItIs() throws SQLException {
        running.execute("UPDATE reconciliation_scans SET last_page_at = '2030-01-31T12:00:00Z', hours_compared = 40,"
                + " ranges_unchecked = 2 WHERE scan = 'recent'");
        JsonNode state = running.json(STATE, operator);
        assertThat(state.path("lastRunAt").stringValue()).isEqualTo("2030-01-31T12:00:00Z");
        assertThat(state.path("hoursCompared").longValue()).isGreaterThanOrEqualTo(40);
        assertThat(state.path("rangesUnchecked").longValue()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void acceptsOnceAndSaysWhoDidIt() throws SQLException {
        String id = rows("beyond", "accepted");
        HttpResponse<String> first = accept(id, operator, "{\"reason\":\"known, ticket 7\"}");
        assertThat(first.statusCode()).as(first.body()).isEqualTo(200);
        assertThat(JsonMapper.shared().readTree(first.body()).path("resolution").stringValue())
                .isEqualTo("accepted");
        assertThat(accept(id, operator, "{\"reason\":\"again\"}").body()).isEqualTo(first.body());
        assertThat(running.text(
                        "SELECT string_agg(concat_ws(' ', actor, action, tenant_id, reason), ',') FROM audit_log"
                                + " WHERE subject = 'reconciliation_findings/' || ?",
                        id))
                .isEqualTo("ada finding.accepted accepted known, ticket 7");
        assertThat(running.pages(STATE, operator).stream()
                        .map(item -> item.path("id").asString()))
                .doesNotContain(id);
    }

    @Test
    void refusesWhatEndsOtherwise() throws SQLException {
        HttpResponse<String> loss = accept(loss("refused.1"), operator, "{\"reason\":\"tired of it\"}");
        assertProblem(loss, 409, "conflict");
        assertThat(loss.body()).contains("ends by abandoning the source").doesNotContain("PL/pgSQL");
        String gone = rows("duplicate", "gone");
        running.execute(
                "UPDATE reconciliation_findings SET resolved_at = now(), resolution = 'gone' WHERE finding_id = ?",
                Long.valueOf(gone));
        assertProblem(accept(gone, operator, "{\"reason\":\"late\"}"), 409, "conflict");
        assertProblem(accept("999999999", operator, "{\"reason\":\"x\"}"), 404, "not-found");
        assertProblem(accept("1%20OR%201=1", operator, "{\"reason\":\"x\"}"), 404, "not-found");
    }

    @Test
    void letsInWhomItShould() throws SQLException {
        String id = rows("duplicate", "guarded");
        assertProblem(running.get(STATE, null, "*/*"), 401, "unauthenticated");
        assertProblem(running.get(STATE, running.acme(), "*/*"), 401, "unauthenticated");
        assertProblem(accept(id, running.staff(), "{\"reason\":\"x\"}"), 403, "forbidden");
        assertProblem(accept(id, running.acme(), "{\"reason\":\"x\"}"), 401, "unauthenticated");
        assertProblem(running.get("/v1/reconciliation?cursor=nonsense", operator, "*/*"), 400, "invalid-cursor");
        assertProblem(running.get("/v1/reconciliation?limit=0", operator, "*/*"), 400, "invalid-field");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "{}", "{\"reason\":\" \"}", "{\"reason\":7}", "{\"reason\":\"x\",\"more\":1}", "[]", "{"})
    void wantsAReason(String body) throws SQLException {
        HttpResponse<String> answer = accept(rows("duplicate", "reasons"), operator, body);
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(400);
        running.execute("UPDATE reconciliation_findings SET resolved_at = now(), resolution = 'gone'"
                + " WHERE tenant_id = 'reasons' AND resolved_at IS NULL");
    }

    private HttpResponse<String> accept(String id, String key, String body) {
        return running.send(
                "/v1/reconciliation/findings/" + id + "/accept",
                key,
                request -> request.header("Content-Type", "application/json").POST(BodyPublishers.ofString(body)));
    }

    private String rows(String kind, String tenant) throws SQLException {
        return running.text(
                INSERT, kind, tenant, "2014-01-01T00:00:00Z", "planted.0", 41, 41, "{\"rows\": 1}", "{\"rows\": 2}");
    }

    private String loss(String source) throws SQLException {
        return running.text(INSERT, "loss", null, null, source, 4, 6, "{\"events\": 3}", "{\"events\": 0}");
    }

    private static String json(List<JsonNode> items, String id) {
        return items.stream()
                .filter(item -> item.path("id").asString().equals(id))
                .findFirst()
                .orElseThrow()
                .toString();
    }
}
