package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.schema.contract.RequestEvent;
import io.vertx.core.Future;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.StreamResetException;
import io.vertx.core.net.PemTrustOptions;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What HTTP/1 clients get, HTTP/2 clients get too, and a stream's misfortune is its own.
class Http2Test {

    private static final TestCertificate CERTIFICATE = TestCertificate.make();
    private static final Duration SOON = Duration.ofSeconds(20);

    private final ProxyFixture fixture;
    private final Map<Boolean, HttpClient> clients = new ConcurrentHashMap<>();

    Http2Test(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, ClientSettings.DEFAULT, Optional.of(CERTIFICATE));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /// One connection for each way.
    private HttpClient client(boolean tls) {
        return clients.computeIfAbsent(
                tls,
                way -> fixture.vertx.createHttpClient(
                        new HttpClientOptions()
                                .setProtocolVersion(HttpVersion.HTTP_2)
                                .setHttp2ClearTextUpgrade(false)
                                .setUseAlpn(way)
                                .setSsl(way)
                                .setVerifyHost(false)
                                .setTrustOptions(
                                        new PemTrustOptions().addCertValue(Buffer.buffer(CERTIFICATE.certificate()))),
                        new PoolOptions().setHttp2MaxSize(1)));
    }

    private HttpClientRequest request(boolean tls, HttpMethod method, String path) {
        return await(client(tls)
                        .request(method, tls ? fixture.proxy.tlsPort() : fixture.proxy.port(), "127.0.0.1", path))
                .putHeader("x-api-key", ProxyFixture.KEY);
    }

    private static <T> T await(Future<T> future) {
        try {
            return future.await(SOON.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            throw new IllegalStateException(late);
        }
    }

    /// The response, whose body waits until it is asked for.
    private static HttpClientResponse head(Future<HttpClientResponse> answered) {
        return await(answered.map(response -> {
            response.pause();
            return response;
        }));
    }

    private static Buffer body(HttpClientResponse response) {
        Future<Buffer> body = response.body();
        response.resume();
        return await(body);
    }

    @Test
    void earlyHintsReachTheClient() throws Exception {
        CompletableFuture<String> hinted = new CompletableFuture<>();
        fixture.upstream = request -> {
            request.response()
                    .writeEarlyHints(MultiMap.caseInsensitiveMultiMap().add("Link", "</a.css>; rel=preload"));
            request.response().end("x");
        };
        HttpClientRequest request = request(false, HttpMethod.GET, "/things/1");
        request.earlyHintsHandler(hints -> hinted.complete(hints.get("Link")));
        assertThat(body(head(request.send())).toString()).isEqualTo("x");
        assertThat(hinted.get(5, TimeUnit.SECONDS)).isEqualTo("</a.css>; rel=preload");
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aRequestIsPassedOnAndMetered(boolean tls) throws Exception {
        CompletableFuture<MultiMap> seen = new CompletableFuture<>();
        fixture.upstream = request -> {
            seen.complete(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
            request.response().putHeader("Keep-Alive", "timeout=5").end(request.method() + " " + request.uri());
        };
        HttpClientRequest request = request(tls, HttpMethod.GET, "/things/9?q=1")
                .putHeader("cookie", "a=1")
                .putHeader("te", "trailers");
        HttpClientResponse response = head(request.send());
        assertThat(body(response).toString()).isEqualTo("GET /base/things/9?q=1");
        RequestEvent event = fixture.event();
        assertThat(response.version()).isEqualTo(HttpVersion.HTTP_2);
        assertThat(response.statusCode()).isEqualTo(200);
        assertThat(response.headers().names())
                .contains("x-request-id", "ratelimit", "ratelimit-policy", "x-ratelimit-limit", "date")
                .doesNotContain("connection", "keep-alive", "transfer-encoding");
        assertThat(response.getHeader("x-request-id")).isEqualTo(event.id().toString());
        assertThat(event.endpoint()).isEqualTo("/things/9");
        assertThat(event.units()).isEqualTo(1);
        assertThat(event.bytesSent()).isEqualTo("GET /base/things/9?q=1".length());
        MultiMap upstream = seen.get(5, TimeUnit.SECONDS);
        assertThat(upstream.get("X-Forwarded-Host")).startsWith("127.0.0.1:");
        assertThat(upstream.get("X-Forwarded-Proto")).isEqualTo(tls ? "https" : "http");
        assertThat(upstream.get("te")).isEqualTo("trailers");
        assertThat(upstream.contains("content-length") || upstream.contains("transfer-encoding"))
                .as("a GET without a body stays one")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aBodyOfUnknownLengthIsStreamedBothWays(boolean tls) throws Exception {
        CompletableFuture<MultiMap> seen = new CompletableFuture<>();
        fixture.upstream = request -> {
            seen.complete(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
            request.response().setChunked(true);
            request.pipeTo(request.response());
        };
        HttpClientRequest request = request(tls, HttpMethod.POST, "/things").setChunked(true);
        Future<Buffer> answered = request.response().compose(HttpClientResponse::body);
        Buffer part = Buffer.buffer("x".repeat(100_000));
        for (int i = 0; i < 10; i++) {
            await(request.write(part));
        }
        await(request.end());
        assertThat(await(answered).length()).isEqualTo(1_000_000);
        assertThat(seen.get(5, TimeUnit.SECONDS).get("Transfer-Encoding")).isEqualTo("chunked");
        assertThat(fixture.event().bytesReceived()).isEqualTo(1_000_000);
        assertThat(fixture.event().bytesSent()).isEqualTo(1_000_000);
    }

    @Test
    void refusalsAreProblemsAndLeaveTheOtherStreamsAlone() {
        HttpClientRequest unknown = await(
                        client(true).request(HttpMethod.POST, fixture.proxy.tlsPort(), "127.0.0.1", "/things"))
                .putHeader("x-api-key", "wrong");
        HttpClientResponse refused = await(unknown.send(Buffer.buffer("x".repeat(200_000))));
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.getHeader("content-type")).isEqualTo("application/problem+json");
        assertThat(refused.getHeader("www-authenticate")).isNotNull();
        assertThat(refused.getHeader("connection")).isNull();
        assertThat(await(request(true, HttpMethod.GET, "/nowhere").send()).statusCode())
                .isEqualTo(404);
        assertThat(await(request(true, HttpMethod.GET, "/dead").send()).statusCode())
                .isEqualTo(502);
        assertThat(await(request(true, HttpMethod.GET, "/things").send()).statusCode())
                .isEqualTo(200);
        assertThat(fixture.events()).hasSize(2);
    }

    @Test
    void anUpstreamThatBreaksOffResetsItsStreamOnly() {
        CompletableFuture<Void> release = new CompletableFuture<>();
        fixture.upstream = request -> release.thenRun(() -> request.response().end("late"));
        fixture.raw.script = (head, to) -> {
            to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 10~~half"));
            to.flush();
            throw new IllegalStateException("the upstream ends here");
        };
        Future<Buffer> other = request(false, HttpMethod.GET, "/things").send().compose(HttpClientResponse::body);
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Future<Buffer> broken = request(false, HttpMethod.GET, "/raw").send().compose(response -> {
            status.complete(response.statusCode());
            return response.body();
        });
        assertThatThrownBy(() -> await(broken)).isInstanceOf(StreamResetException.class);
        assertThat(status).isCompletedWithValue(200);
        release.complete(null);
        assertThat(await(other).toString()).isEqualTo("late");
        assertThat(fixture.events()).extracting(RequestEvent::route).contains("raw", "things");
    }

    @Test
    void aClientThatGivesUpIsMeteredAndTheUpstreamLetGo() {
        CompletableFuture<Void> upstreamGone = new CompletableFuture<>();
        CompletableFuture<Void> reached = new CompletableFuture<>();
        fixture.upstream = request -> {
            request.response().closeHandler(closed -> upstreamGone.complete(null));
            reached.complete(null);
        };
        HttpClientRequest request = request(false, HttpMethod.GET, "/things");
        request.send().onComplete(answer -> {});
        reached.join();
        await(request.reset(8).mapEmpty());
        upstreamGone.join();
        assertThat(fixture.event().responseStatus()).isEqualTo(Exchange.CLIENT_GONE_STATUS);
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aClientThatDoesNotReadHoldsItsUpstreamBackAndLosesItsStreamButNoOther(boolean tls) {
        AtomicLong written = new AtomicLong();
        Buffer part = Buffer.buffer(new byte[64 << 10]);
        long all = 32L << 20;
        fixture.upstream = request -> {
            if (request.uri().endsWith("/small")) {
                request.response().end("small");
                return;
            }
            request.response().setChunked(true);
            pump(request.response(), part, written, all);
        };
        CompletableFuture<Throwable> broken = new CompletableFuture<>();
        await(request(tls, HttpMethod.GET, "/things/big").send().map(response -> {
            response.exceptionHandler(broken::complete);
            return response.pause();
        }));
        assertThat(body(head(request(tls, HttpMethod.GET, "/things/small").send()))
                        .toString())
                .isEqualTo("small");
        assertThat(broken.orTimeout(SOON.toSeconds(), TimeUnit.SECONDS).join())
                .isInstanceOf(StreamResetException.class);
        assertThat(written.get()).as("the upstream was held back").isLessThan(24L << 20);
        assertThat(fixture.events())
                .hasSize(2)
                .anySatisfy(event -> assertThat(event.bytesSent()).isPositive().isLessThan(all));
        assertThat(body(head(request(tls, HttpMethod.GET, "/things/small").send()))
                        .toString())
                .isEqualTo("small");
    }

    private static void pump(HttpServerResponse to, Buffer part, AtomicLong written, long all) {
        while (written.get() < all) {
            if (to.writeQueueFull()) {
                to.drainHandler(drained -> pump(to, part, written, all));
                return;
            }
            written.addAndGet(part.length());
            to.write(part);
        }
        to.end();
    }
}
