package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ProxyRefusalTest {

    private final ProxyFixture fixture;

    ProxyRefusalTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void noConnectionToTheUpstreamCostsNothing() throws IOException {
        String response = fixture.exchange("GET /dead");
        assertThat(response).startsWith("HTTP/1.1 502").contains("application/problem+json", "upstream-unreachable");
        assertThat(fixture.event().units()).isZero();
        assertThat(fixture.event().responseStatus()).isEqualTo(502);
        assertThat(response).contains("X-Request-Id: " + fixture.event().id());
        assertThat(fixture.gate.givenBack).hasValue(1);
    }

    @Test
    void anUpstreamThatIsSilentIsATimeoutThatCounts() throws IOException {
        fixture.upstream = request -> {};
        assertThat(fixture.exchange("GET /things")).startsWith("HTTP/1.1 504").contains("upstream-timeout");
        assertThat(fixture.event().units()).isEqualTo(1);
        assertThat(fixture.event().responseStatus()).isEqualTo(504);
        assertThat(fixture.gate.givenBack).hasValue(0);
    }

    @Test
    void anUpstreamThatBreaksOffIsSeenByTheClientAndCounts() throws IOException {
        fixture.upstream = request -> {
            request.response().putHeader("Content-Length", "100").write("half");
            fixture.vertx.setTimer(50, timer -> request.connection().close());
        };
        assertThat(fixture.exchange("GET /things")).startsWith("HTTP/1.1 200").endsWith("half");
        assertThat(fixture.event().responseStatus()).isEqualTo(200);
        assertThat(fixture.event().bytesSent()).isEqualTo(4);
    }

    @Test
    void aClientThatGoesAwayIsMeteredAndFreesTheUpstream() throws Exception {
        CompletableFuture<Void> freed = new CompletableFuture<>();
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        fixture.upstream = request -> {
            request.connection().closeHandler(closed -> freed.complete(null));
            arrived.complete(null);
        };
        try (RawClient client = fixture.connect()) {
            client.send("GET /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n");
            arrived.get(5, TimeUnit.SECONDS);
        }
        freed.get(5, TimeUnit.SECONDS);
        assertThat(fixture.event().responseStatus()).isEqualTo(Exchange.CLIENT_GONE_STATUS);
        assertThat(fixture.event().units()).isEqualTo(1);
    }

    @Test
    void anUpstreamThatAnswersBeforeTheBodyIsReadEndsTheExchange() throws IOException {
        fixture.upstream = request -> request.response().setStatusCode(409).end("no");
        try (RawClient client = fixture.connect()) {
            client.send("POST /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY
                    + "\r\nContent-Length: 1000000\r\n\r\npart");
            assertThat(client.readAll()).startsWith("HTTP/1.1 409").endsWith("no");
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(409);
    }

    @Test
    void aBodyThatBreaksIsRefusedWithTenantAndReasonAndCountsOnceItReachedTheUpstream() throws Exception {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        fixture.upstream = request -> request.handler(data -> arrived.complete(null));
        try (RawClient client = fixture.connect();
                RefusalLines lines = new RefusalLines()) {
            client.send("POST /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n");
            arrived.get(5, TimeUnit.SECONDS);
            assertThat(client.send("zz\r\nabcde\r\n0\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 400")
                    .contains("application/problem+json", "X-Request-Id: ", "connection: close");
            assertThat(lines.texts())
                    .anyMatch(line -> line.startsWith("refused status=400 tenant=acme reason=\"the body is not well"));
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(400);
        assertThat(fixture.event().units()).isEqualTo(1);
    }

    @Test
    void aBodyThatBreaksWhileTheResponseRunsCutsTheConnection() throws Exception {
        fixture.upstream = request -> request.response().setChunked(true).write("begun");
        try (RawClient client = fixture.connect();
                RefusalLines lines = new RefusalLines()) {
            client.send("POST /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nabcde\r\n");
            client.readUntil("begun");
            assertThat(client.send("zz\r\n").readAll()).doesNotContain("HTTP/1.1");
            assertThat(lines.texts()).anyMatch(line -> line.startsWith("refused status=400 tenant=acme "));
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "400 | GET  /things HTTP/1.1~Host: a~KEY~",
                "400 | GET /things HTTP/1.1~Host: a/b~KEY~",
                "413 | POST /things HTTP/1.1~Host: a~KEYContent-Length: 99999999999~~",
                "431 | GET /things HTTP/1.1~Host: a~KEYX-Long: LONG~~",
                "501 | POST /things HTTP/1.1~Host: a~KEYTransfer-Encoding: gzip, chunked~~0~~",
                "505 | GET /things HTTP/1.2~Host: a~KEY~"
            })
    void whatEndsTheConnectionSaysWhyAndWhen(int status, String bytes) throws IOException {
        try (RawClient client = fixture.connect()) {
            String response = client.send(bytes.replace("LONG", "x".repeat(ProxyFixture.HEADER_BYTES_MAX))
                            .replace("KEY", "X-Api-Key: " + ProxyFixture.KEY + "~")
                            .replace("~", "\r\n"))
                    .readAll();
            assertThat(response)
                    .startsWith("HTTP/1.1 " + status)
                    .contains("application/problem+json", "\"status\":" + status)
                    .containsIgnoringCase(ProxyFixture.DATE)
                    .containsIgnoringCase("connection: close");
            assertThat(response.split("HTTP/1.1 [45]", -1))
                    .as("one answer, then the end")
                    .hasSize(2);
        }
        assertThat(fixture.events()).isEmpty();
    }

    @Test
    void aChunkedBodyBeyondTheLimitIsCutOff() throws IOException {
        fixture.upstream = request -> request.handler(data -> {});
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        try (RawClient client = fixture.connect()) {
            client.send("POST /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY
                    + "\r\nTransfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < ProxyFixture.BODY_BYTES_MAX / 0x10000 + 1; i++) {
                client.send(chunk);
            }
            assertThat(client.readResponse()).startsWith("HTTP/1.1 413");
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(413);
        assertThat(fixture.event().units()).isEqualTo(1);
    }

    @Test
    void anotherVersionLeavesALine() throws IOException {
        try (RawClient client = fixture.connect();
                RefusalLines lines = new RefusalLines()) {
            assertThat(client.send("GET / HTTP/9.9\r\nHost: a\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 505");
            assertThat(lines.texts())
                    .containsExactly(
                            "refused status=505 tenant=- reason=\"the version is HTTP/9.9\" path=- unlogged=0");
        }
    }

    @Test
    void aDeniedRequestIsNoEvent() throws IOException {
        fixture.gate.next = new QuotaDecision.Denied(ScriptedGate.STATE, Duration.ofMillis(2_100));
        String response = fixture.exchange("GET /things/x");
        assertThat(response)
                .startsWith("HTTP/1.1 429")
                .contains("Retry-After: 3", "RateLimit: ", "X-RateLimit-Limit: 100", "application/problem+json")
                .contains("\"type\":\"https://iana.org/assignments/http-problem-types#quota-exceeded\"")
                .contains(
                        "\"quota\":\"requests_per_day\",\"limit\":100,\"current\":40,\"resetsAt\":\"2027-01-15T08:00:00Z\"");
        fixture.gate.next = new QuotaDecision.Unavailable("the ledger is away", Duration.ofSeconds(1));
        assertThat(fixture.exchange("GET /things")).startsWith("HTTP/1.1 503").contains("Retry-After: 1");
        assertThat(fixture.violations).containsExactly("acme requests_per_day things");
        assertThat(fixture.events()).isEmpty();
    }

    @Test
    void aKeyEndsHereAlsoBesideAnotherOne() throws IOException {
        fixture.upstream = request -> request.response().end("[" + request.getHeader("Authorization") + "]");
        assertThat(fixture.exchange("GET /things", "Authorization: bearer " + ProxyFixture.KEY))
                .endsWith("[null]");
        assertThat(fixture.exchange("GET /things", "Authorization: Basic YTpi")).endsWith("[Basic YTpi]");
    }

    @Test
    void unknownKeysTenantsAndRoutesAreTurnedAway() throws IOException {
        try (RawClient client = fixture.connect()) {
            String start = "GET /things HTTP/1.1\r\nHost: a\r\n";
            assertThat(client.send(start + "\r\n").readResponse())
                    .startsWith("HTTP/1.1 401")
                    .contains("WWW-Authenticate: Bearer");
            assertThat(client.send(start + "X-Api-Key: tg_nope\r\n\r\n").readResponse())
                    .startsWith("HTTP/1.1 401");
            assertThat(client.send(start + "Authorization: Bearer " + ProxyFixture.SUSPENDED_KEY + "\r\n\r\n")
                            .readResponse())
                    .startsWith("HTTP/1.1 403");
        }
        assertThat(fixture.exchange("GET /thingsandmore"))
                .startsWith("HTTP/1.1 404")
                .contains("\"instance\":\"/thingsandmore\"");
        assertThat(fixture.events()).isEmpty();
        assertThat(fixture.gate.admitted).hasValue(0);
    }

    @Test
    void drainingFinishesWhatIsInProgressAndTakesNothingNew() throws Exception {
        CompletableFuture<Void> arrived = new CompletableFuture<>();
        fixture.upstream = request -> {
            arrived.complete(null);
            fixture.vertx.setTimer(300, timer -> request.response().end("late"));
        };
        try (RawClient client = fixture.connect()) {
            client.send("GET /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n");
            arrived.get(5, TimeUnit.SECONDS);
            CompletableFuture<Void> drained =
                    CompletableFuture.runAsync(() -> fixture.proxy.drain(Duration.ZERO, Duration.ofSeconds(5)));
            assertThat(client.readAll())
                    .startsWith("HTTP/1.1 200")
                    .contains("lose")
                    .endsWith("late");
            drained.get(5, TimeUnit.SECONDS);
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(200);
        Await.until("no more connections", Duration.ofSeconds(5), () -> {
            try (RawClient client = fixture.connect()) {
                return client.send("GET /things HTTP/1.1\r\n\r\n").readAll().isEmpty();
            } catch (IOException refused) {
                return true;
            }
        });
    }
}
