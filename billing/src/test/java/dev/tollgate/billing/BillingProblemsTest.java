package dev.tollgate.billing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.testing.BillingClient;
import dev.tollgate.billing.testing.BillingClient.Answer;
import dev.tollgate.billing.testing.RunningBilling;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.yaml.snakeyaml.Yaml;

class BillingProblemsTest {

    private static final String SOME_ID = "01890000-0000-7000-8000-000000000000";

    private final RunningBilling billing = RunningBilling.shared();
    private final BillingClient client = billing.client();
    private final String finance = billing.finance();
    private final String auditor = billing.auditor();
    private final String operator = billing.operator();

    @Test
    void refusesTheCurrentAndFutureMonths() {
        YearMonth now = YearMonth.now(ZoneOffset.UTC);
        for (YearMonth month : List.of(now, now.plusMonths(1))) {
            Answer refused = client.post("/v1/billing/runs", finance, "{\"month\":\"" + month + "\"}");
            assertProblem(refused, 422, "period-open");
        }
    }

    @Test
    void asksForAKeyAndTheRightRole() {
        assertProblem(client.post("/v1/billing/runs", null, "{\"month\":\"2015-05\"}"), 401, "unauthenticated");
        assertProblem(client.post("/v1/billing/runs", "tg_nonsense", "{}"), 401, "unauthenticated");
        assertProblem(client.post("/v1/billing/runs", auditor, "{\"month\":\"2015-05\"}"), 403, "forbidden");
        assertProblem(client.get("/v1/billing/invoices", operator), 403, "forbidden");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "POST | /v1/billing/runs | {\"month\":\"2015-13\"} | 400 | invalid-field | month",
                "POST | /v1/billing/runs | {\"month\":201505} | 400 | invalid-field | month",
                "POST | /v1/billing/runs | {} | 400 | invalid-field | month",
                "POST | /v1/billing/runs | {\"month\":\"2015-05\",\"x\":1} | 400 | invalid-field | x",
                "POST | /v1/billing/runs | {\"month\": | 400 | bad-request | ''",
                "POST | /v1/billing/runs | [] | 400 | bad-request | ''",
                "POST | /v1/billing/runs | '' | 400 | bad-request | ''",
                "GET | /v1/billing/invoices?month=May | '' | 400 | invalid-field | month",
                "GET | /v1/billing/invoices?limit=0 | '' | 400 | invalid-field | limit",
                "GET | /v1/billing/invoices?tenant=a%20b | '' | 400 | invalid-field | tenant",
                "GET | /v1/billing/invoices?cursor=zzz | '' | 400 | invalid-cursor | ''",
                "GET | /v1/billing/upcoming?cursor=AQABAA | '' | 400 | invalid-cursor | ''",
                "GET | /v1/billing/invoices/TG-1999-000001 | '' | 404 | not-found | ''",
                "GET | /v1/billing/runs/" + SOME_ID + " | '' | 404 | not-found | ''",
                "GET | /v1/billing/runs/nonsense/items | '' | 404 | not-found | ''",
                "GET | /v1/nothing | '' | 404 | not-found | ''",
                "DELETE | /v1/billing/invoices | '' | 405 | method-not-allowed | ''"
            })
    void saysWhatIsWrongWithARequest(String method, String path, String body, int status, String type, String field) {
        Answer answer = client.send(method, path, finance, body, "application/json");
        assertProblem(answer, status, type);
        assertThat(answer.body().path("field").asString("")).isEqualTo(field);
    }

    @Test
    void readsOnlySoMuchOfABody() {
        String long5k = "{\"month\":\"" + "x".repeat(5_000) + "\"}";
        assertProblem(client.post("/v1/billing/runs", finance, long5k), 413, "body-too-large");
        assertProblem(client.post("/v1/billing/runs", null, long5k), 401, "unauthenticated");
    }

    @Test
    void refusesOtherMediaTypes() {
        assertProblem(
                client.send("POST", "/v1/billing/runs", finance, "month=2015-05", "application/x-www-form-urlencoded"),
                415,
                "unsupported-media-type");
    }

    @Test
    void everyDescribedPathAnswers() {
        Map<String, Map<String, Map<String, Object>>> document = new Yaml().load(client.text("/openapi.yaml"));
        Map<String, Map<String, Object>> paths = document.getOrDefault("paths", Map.of());
        assertThat(paths).hasSize(6);
        paths.forEach((path, methods) -> {
            for (String method : methods.keySet()) {
                String address = path.replaceAll("\\{[^}]*}", SOME_ID);
                String upper = method.toUpperCase(Locale.ROOT);
                assertProblem(client.send(upper, address, null, null, "application/json"), 401, "unauthenticated");
            }
        });
    }

    @Test
    void isReady() {
        assertThat(client.get("/actuator/health/readiness", null).status()).isEqualTo(200);
    }

    private static void assertProblem(Answer answer, int status, String type) {
        assertThat(answer.status()).as(answer.body().toString()).isEqualTo(status);
        assertThat(answer.contentType()).isEqualTo("application/problem+json");
        assertThat(answer.body().path("type").stringValue()).isEqualTo("https://tollgate.dev/problems/" + type);
        assertThat(answer.body().path("status").intValue()).isEqualTo(status);
    }
}
