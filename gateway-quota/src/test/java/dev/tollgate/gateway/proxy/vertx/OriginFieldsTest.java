package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.TrustedProxies;
import io.vertx.core.MultiMap;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OriginFieldsTest {

    private static final String TRACE = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00";

    @TempDir
    private Path folder;

    /// What the upstream sees of a request with these fields.
    private MultiMap seen(String trusted, String... fields) throws Exception {
        ClientSettings clients =
                new ClientSettings(Duration.ofSeconds(10), 0, 100, 100, true, 100, TrustedProxies.of(List.of(trusted)));
        try (ProxyFixture fixture = new ProxyFixture(folder, clients, Optional.empty())) {
            CompletableFuture<MultiMap> seen = new CompletableFuture<>();
            fixture.upstream = request -> {
                seen.complete(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
                request.response().end();
            };
            assertThat(fixture.exchange("GET /things", fields)).startsWith("HTTP/1.1 200");
            return seen.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void aTrustedProxyIsBelievedAndNamed() throws Exception {
        MultiMap seen = seen(
                "127.0.0.0/8",
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-Proto: https",
                "X-Forwarded-Host: public.example",
                "X_Forwarded_Host: twin.example",
                "Forwarded: for=203.0.113.9;proto=https",
                "traceparent: " + TRACE,
                "tracestate: a=1",
                "tracestate: b=2");
        assertThat(seen.getAll("X-Forwarded-For")).containsExactly("203.0.113.9, 127.0.0.1");
        assertThat(seen.getAll("X-Forwarded-Proto")).containsExactly("https");
        assertThat(seen.getAll("X-Forwarded-Host")).containsExactly("public.example");
        assertThat(seen.contains("X_Forwarded_Host")).isFalse();
        assertThat(seen.get("Forwarded"))
                .isEqualTo("for=203.0.113.9;proto=https, for=127.0.0.1;host=\"api.example\";proto=http");
        assertThat(seen.getAll("traceparent")).containsExactly(TRACE);
        assertThat(seen.getAll("tracestate")).containsExactly("a=1", "b=2");
    }

    @Test
    void othersAreNotAndABrokenTraceBeginsAnew() throws Exception {
        MultiMap seen = seen(
                "10.0.0.0/8",
                "X-Forwarded-For: 203.0.113.9",
                "X-Forwarded-Proto: https",
                "X-Real-IP: 203.0.113.9",
                "traceparent: " + TRACE.toUpperCase(java.util.Locale.ROOT),
                "tracestate: a=1");
        assertThat(seen.getAll("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(seen.getAll("X-Forwarded-Proto")).containsExactly("http");
        assertThat(seen.contains("X-Real-IP")).isFalse();
        assertThat(seen.get("traceparent")).matches("00-[0-9a-f]{32}-[0-9a-f]{16}-01");
        assertThat(seen.contains("tracestate")).isFalse();
    }
}
