package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A gateway that is asked to stop.
class DrainTest {

    private static final TestCertificate CERTIFICATE = TestCertificate.make();
    private static final String GET = "GET /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n";

    private final ProxyFixture fixture;
    private final ConcurrentLinkedQueue<Runnable> waiting = new ConcurrentLinkedQueue<>();

    DrainTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, ClientSettings.DEFAULT, Optional.of(CERTIFICATE));
        fixture.upstream = request -> waiting.add(
                () -> fixture.vertx.runOnContext(ignored -> request.response().end("late")));
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private CompletableFuture<Void> drain(Duration delay, Duration atMost) {
        return CompletableFuture.runAsync(() -> fixture.proxy.drain(delay, atMost));
    }

    private void awaitInProgress(int requests) {
        Await.until("they are in progress", Duration.ofSeconds(10), () -> waiting.size() == requests);
    }

    @Test
    void requestsInProgressFinishOnEveryKindOfConnectionAndIdleOnesEnd() throws Exception {
        try (RawClient idle = fixture.connect();
                RawClient http1 = fixture.connect();
                RawClient tls = new RawClient(CERTIFICATE.connect(fixture.proxy.tlsPort()));
                RawHttp2 http2 = new RawHttp2(fixture.proxy.port())) {
            http1.send(GET);
            tls.send(GET);
            http2.get(1);
            awaitInProgress(3);
            CompletableFuture<Void> drained = drain(Duration.ZERO, Duration.ofSeconds(20));
            assertThat(idle.readAll()).isEmpty();
            assertThat(http2.read(RawHttp2.GOAWAY, RawHttp2.RST_STREAM).type()).isEqualTo(RawHttp2.GOAWAY);
            assertThat(drained.isDone()).isFalse();
            waiting.forEach(Runnable::run);
            assertThat(http1.readAll())
                    .startsWith("HTTP/1.1 200")
                    .containsIgnoringCase("connection: close")
                    .endsWith("late");
            assertThat(tls.readAll()).startsWith("HTTP/1.1 200").endsWith("late");
            assertThat(http2.read(RawHttp2.DATA, RawHttp2.RST_STREAM).payload()).isEqualTo(RawHttp2.bytes("late"));
            drained.get(15, TimeUnit.SECONDS);
        }
        assertThat(fixture.events())
                .hasSize(3)
                .extracting(RequestEvent::responseStatus)
                .containsOnly(200);
    }

    @Test
    void whatIsNotFinishedInTimeIsCutWithItsEvent() throws Exception {
        try (RawClient http1 = fixture.connect();
                RawHttp2 http2 = new RawHttp2(fixture.proxy.port())) {
            http1.send(GET);
            http2.get(1);
            awaitInProgress(2);
            drain(Duration.ZERO, Duration.ofMillis(200)).get(15, TimeUnit.SECONDS);
        }
        assertThat(fixture.events()).hasSize(2);
    }

    @Test
    void duringTheDelayConnectionsAreStillTakenAndToldToGo() throws Exception {
        fixture.upstream = request -> request.response().end("ok");
        CompletableFuture<Void> drained = drain(Duration.ofMillis(1_500), Duration.ofSeconds(5));
        Await.until("clients are told", Duration.ofSeconds(5), () -> {
            try (RawClient client = fixture.connect()) {
                String answer = client.send(GET).readResponse();
                return answer.startsWith("HTTP/1.1 200")
                        && answer.toLowerCase(java.util.Locale.ROOT).contains("connection: close");
            } catch (IOException refused) {
                return false;
            }
        });
        try (RawClient nobody = fixture.connect()) {
            assertThat(nobody.send("GET /things HTTP/1.1\r\nHost: a\r\n\r\n").readAll())
                    .startsWith("HTTP/1.1 401")
                    .containsIgnoringCase("connection: close");
        }
        assertThat(drained.isDone()).isFalse();
        drained.get(15, TimeUnit.SECONDS);
    }
}
