package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.QuotaDecision;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// What a plan allows, and what clients learn of their quotas.
class ProxyPlanTest {

    private static final String PROBLEM_TYPE =
            "\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"";

    private final ProxyFixture fixture;

    ProxyPlanTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void aRouteOfAFeatureThatTheTenantLacksNamesTheFeature() throws IOException {
        assertThat(fixture.exchange("GET /insights"))
                .startsWith("HTTP/1.1 403")
                .contains("https://tollgate.dev/problems/feature-not-in-plan", "\"feature\":\"ai_features\"");
        assertThat(fixture.gate.admitted).hasValue(0);
        assertThat(fixture.events()).isEmpty();
    }

    @Test
    void aFullStorageRefusesWritesAndTakesNothing() throws IOException {
        fixture.storedBytes = 1_000_000_001;
        for (String method : new String[] {"POST", "PUT", "PATCH"}) {
            assertThat(fixture.exchange(method + " /things", "Content-Length: 0"))
                    .startsWith("HTTP/1.1 507 Insufficient Storage")
                    .contains("application/problem+json", PROBLEM_TYPE)
                    .contains("\"quota\":\"db_storage_mb\",\"limit\":1000,\"current\":1001")
                    .contains("\"violated-policies\":[\"db_storage_mb\"]");
        }
        assertThat(fixture.gate.admitted).hasValue(0);
        assertThat(fixture.events()).isEmpty();
        assertThat(fixture.violations).containsOnly("acme db_storage_mb things").hasSize(3);
        assertThat(fixture.exchange("DELETE /things")).startsWith("HTTP/1.1 200");
        assertThat(fixture.exchange("GET /things")).startsWith("HTTP/1.1 200");
    }

    @Test
    void aRoutesQuotaPolicyReachesTheGateAndTheClient() throws IOException {
        assertThat(fixture.exchange("GET /search"))
                .startsWith("HTTP/1.1 200")
                .contains("\"requests_per_month\";q=100;w=2592000,\"search.requests_per_minute\";q=30;w=60\r\n");
        assertThat(fixture.gate.routePolicy).isEqualTo("search");
        assertThat(fixture.exchange("GET /things")).doesNotContain("search.");
        assertThat(fixture.gate.routePolicy).isEmpty();
    }

    @Test
    void aDenialTellsWhatIsSpentAndWhenToComeBack() throws IOException {
        fixture.gate.next = new QuotaDecision.Denied(ScriptedGate.STATE, Duration.ofMillis(2_100));
        assertThat(fixture.exchange("GET /things"))
                .startsWith("HTTP/1.1 429")
                .contains("Retry-After: 3\r\n", "RateLimit: \"requests_per_day\";r=60;t=3\r\n", PROBLEM_TYPE)
                .contains("\"violated-policies\":[\"requests_per_day\"]");
        fixture.gate.next = new QuotaDecision.Denied(ScriptedGate.STATE, Duration.ZERO);
        assertThat(fixture.exchange("GET /things")).contains("Retry-After: 1\r\n");
    }

    /// No waiting helps.
    @Test
    void aRequestThatCostsMoreThanALimitIsNotToldToComeBack() throws IOException {
        fixture.gate.next = new QuotaDecision.Denied(ScriptedGate.STATE, Duration.ofMillis(2_100));
        assertThat(fixture.exchange("GET /dear"))
                .startsWith("HTTP/1.1 429")
                .contains("the request costs 101, more than a limit of its quotas", "\"limit\":100")
                .doesNotContain("Retry-After");
    }

    @Test
    void reportedQueriesReachTheGateOncePerExchange() throws IOException {
        fixture.upstream =
                request -> request.response().putHeader("X-Db-Query-Count", "7").end("x");
        assertThat(fixture.exchange("GET /things")).startsWith("HTTP/1.1 200");
        assertThat(fixture.exchange("GET /things")).startsWith("HTTP/1.1 200");
        assertThat(fixture.gate.dbQueries).hasValue(14);
    }
}
