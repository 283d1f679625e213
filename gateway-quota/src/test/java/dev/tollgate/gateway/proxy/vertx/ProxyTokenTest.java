package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.token.TestIssuer;
import dev.tollgate.gateway.token.TokenFault;
import dev.tollgate.gateway.token.TokenFixture;
import dev.tollgate.gateway.token.Tokens;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Requests with a token instead of a key.
class ProxyTokenTest {

    private static final TestIssuer.Key KEY = TestIssuer.ec("1");

    private final Path folder;
    private final TokenFixture issuer = new TokenFixture(KEY);
    private @Nullable ProxyFixture fixture;
    private @Nullable Tokens tokens;

    ProxyTokenTest(@TempDir Path folder) {
        this.folder = folder;
    }

    private ProxyFixture start(boolean passedOn) {
        Tokens started = issuer.tokens(TokenFixture.NEVER, TokenFixture.NEVER, passedOn);
        started.start();
        tokens = started;
        ProxyFixture begun = new ProxyFixture(folder, started);
        fixture = begun;
        return begun;
    }

    @AfterEach
    void close() {
        if (fixture != null) {
            fixture.close();
        }
        if (tokens != null) {
            tokens.close();
        }
        issuer.close();
    }

    private static String token(String claim, Object value) {
        Map<String, Object> claims = TestIssuer.claims();
        claims.put(claim, value);
        return TestIssuer.token(KEY, "ES256", claims);
    }

    private static String get(ProxyFixture fixture, String... fields) throws IOException {
        try (RawClient client = fixture.connect()) {
            return client.send("GET /things/7 HTTP/1.1\r\nHost: a\r\nConnection: close\r\n"
                            + String.join("\r\n", fields) + "\r\n\r\n")
                    .readAll();
        }
    }

    private static String bearer(String token) {
        return "Authorization: Bearer " + token;
    }

    @Test
    void theEventNamesTheTokensTenantAndUserAndTheUpstreamGetsTheToken() throws IOException {
        ProxyFixture proxy = start(true);
        String user = "é".repeat(200) + "😀".repeat(28);
        String token = token("sub", user);
        proxy.upstream = request ->
                request.response().end(request.getHeader("X-Tenant-Id") + " " + request.getHeader("Authorization"));
        assertThat(get(proxy, bearer(token), "X-Tenant-Id: globex"))
                .startsWith("HTTP/1.1 200")
                .endsWith("acme Bearer " + token);
        assertThat(proxy.event().tenantId()).isEqualTo("acme");
        assertThat(proxy.event().userId()).isEqualTo(user);
    }

    @Test
    void aTokenEndsAtTheGatewayWhereItIsNotPassedOn() throws IOException {
        ProxyFixture proxy = start(false);
        proxy.upstream = request -> request.response().end("got " + request.getHeader("Authorization"));
        assertThat(get(proxy, bearer(token("sub", "u")))).endsWith("got null");
        assertThat(get(proxy, "X-Api-Key: " + ProxyFixture.KEY, bearer("a.b.c")))
                .endsWith("got Bearer a.b.c");
    }

    @Test
    void keysGoOnBesideTokensAndNameNoUser() throws IOException {
        ProxyFixture proxy = start(true);
        proxy.upstream = request -> request.response().end("got " + request.getHeader("Authorization"));
        assertThat(get(proxy, bearer(ProxyFixture.KEY))).endsWith("got null");
        assertThat(proxy.event().userId()).isNull();
    }

    @Test
    void whatIsNotGoodIsToldAsTheStandardWantsItAndLeavesNoEvent() throws IOException {
        ProxyFixture proxy = start(true);
        assertThat(get(proxy, bearer(token("exp", TestIssuer.NOW_MS / 1_000 - 60))))
                .startsWith("HTTP/1.1 401")
                .contains("WWW-Authenticate: Bearer realm=\"tollgate\", error=\"invalid_token\","
                        + " error_description=\"the token has expired\"\r\n")
                .contains("application/problem+json", "\"detail\":\"the token has expired\"");
        assertThat(get(proxy, bearer("a.b.c"))).startsWith("HTTP/1.1 401").contains("error=\"invalid_token\"");
        assertThat(get(proxy, "X-Nothing: 1"))
                .startsWith("HTTP/1.1 401")
                .contains("WWW-Authenticate: Bearer realm=\"tollgate\"\r\n");
        assertThat(get(proxy, "X-Api-Key: " + token("sub", "u")))
                .startsWith("HTTP/1.1 401")
                .doesNotContain("invalid_token");
        try (RefusalLines lines = new RefusalLines()) {
            assertThat(get(proxy, bearer(token("tenant_id", "nobody")))).startsWith("HTTP/1.1 401");
            assertThat(get(proxy, bearer(token("tenant_id", "frozen")))).startsWith("HTTP/1.1 403");
            assertThat(lines.texts())
                    .anyMatch(line -> line.contains("reason=\"the token names no tenant: no tenant nobody\""))
                    .anyMatch(line -> line.startsWith("refused status=403 tenant=frozen"));
        }
        assertThat(proxy.events()).isEmpty();
        assertThat(proxy.gate.admitted).hasValue(0);
    }

    @Test
    void aRequestThatWaitsForKeysHoldsNobodyUpAndIsInProgress() throws Exception {
        ProxyFixture proxy = start(true);
        CountDownLatch held = new CountDownLatch(1);
        issuer.stalled = held;
        issuer.passReadGap();
        String unknown = TestIssuer.token(TestIssuer.ec("2"), "ES256", TestIssuer.claims());
        CompletableFuture<String> waiting = CompletableFuture.supplyAsync(() -> {
            try {
                return get(proxy, bearer(unknown));
            } catch (IOException broken) {
                throw new IllegalStateException(broken);
            }
        });
        for (int i = 0; i < 10; i++) {
            assertThat(get(proxy, bearer(token("sub", "u")))).startsWith("HTTP/1.1 200");
        }
        assertThat(waiting.get(5, TimeUnit.SECONDS))
                .startsWith("HTTP/1.1 503")
                .contains("Retry-After: 1", "application/problem+json");
        held.countDown();
        assertThat(tokens).isNotNull();
        if (tokens != null) {
            assertThat(tokens.counts().undecided()).isEqualTo(1);
            assertThat(tokens.counts().refusals(TokenFault.UNKNOWN_KEY)).isZero();
        }
    }
}
