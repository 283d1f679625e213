package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What becomes of a request whose upstream fails, and of its event and tokens.
class UpstreamFailureTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private final ProxyFixture fixture;

    UpstreamFailureTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String request(String method, String path, String... fields) {
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n"
                + String.join(
                        "", Arrays.stream(fields).map(field -> field + "\r\n").toList()) + "\r\n";
    }

    private double counted(String name, String... tags) {
        var counter = fixture.metrics.find(name).tags(tags).counter();
        return counter == null ? 0 : counter.count();
    }

    @Test
    void targetsShareTheRequestsOfARoute() throws IOException {
        for (int i = 0; i < 6; i++) {
            assertThat(fixture.exchange("GET /pair")).startsWith("HTTP/1.1 200");
        }
        assertThat(fixture.raw.requests).hasValue(3);
        assertThat(fixture.other.requests).hasValue(3);
        assertThat(counted(
                        "tollgate.gateway.upstream.attempts",
                        "target",
                        "127.0.0.1:" + fixture.raw.port(),
                        "outcome",
                        "answered"))
                .isEqualTo(3);
    }

    @Test
    void anotherTargetAnswersForOneThatRefusesConnectionsUntilThatIsSetAside() throws IOException {
        for (int i = 0; i < 8; i++) {
            assertThat(fixture.exchange("GET /limping"))
                    .startsWith("HTTP/1.1 200")
                    .endsWith("ok");
        }
        assertThat(counted("tollgate.gateway.upstream.retries")).isEqualTo(3);
        assertThat(counted("tollgate.gateway.upstream.set.aside")).isEqualTo(1);
        assertThat(fixture.events()).hasSize(8).allSatisfy(event -> {
            assertThat(event.units()).isEqualTo(1);
            assertThat(event.responseStatus()).isEqualTo(200);
        });
        assertThat(fixture.gate.givenBack).hasValue(0);
        Await.until("it is tried again", SOON, () -> {
            try {
                fixture.exchange("GET /limping");
            } catch (IOException failure) {
                throw new AssertionError(failure);
            }
            return counted("tollgate.gateway.upstream.set.aside") == 2;
        });
    }

    @Test
    void anUpstreamThatCannotBeReachedIs502AndTokensReturn() throws IOException {
        assertThat(fixture.exchange("POST /dead", "Content-Length: 0")).startsWith("HTTP/1.1 502");
        assertThat(fixture.event().units()).isZero();
        assertThat(fixture.event().responseStatus()).isEqualTo(502);
        assertThat(fixture.gate.givenBack).hasValue(1);
        assertThat(counted("tollgate.gateway.upstream.retries")).isEqualTo(1);
    }

    @Test
    void anUpstreamThatDoesNotAcceptInTimeIs504AndTokensReturn() throws IOException {
        fixture.deaf.fill();
        assertThat(fixture.exchange("GET /deaf")).startsWith("HTTP/1.1 504");
        assertThat(fixture.event().units()).isZero();
        assertThat(fixture.event().responseStatus()).isEqualTo(504);
        assertThat(fixture.gate.givenBack).hasValue(1);
    }

    @Test
    void whatMayHaveReachedAnUpstreamIsNeverSentAgain() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {};
        fixture.other.conversation = (head, from, to) -> {};
        assertThat(fixture.exchange("GET /pair")).startsWith("HTTP/1.1 502");
        assertThat(fixture.raw.requests.get() + fixture.other.requests.get()).isEqualTo(1);
        assertThat(fixture.event().units()).isEqualTo(1);
        assertThat(fixture.gate.committed).hasValue(1);
        assertThat(fixture.gate.givenBack).hasValue(0);
    }

    /// The upstream may close a pooled connection while the next request is on its way to it.
    @Test
    void nothingIsSentOnAConnectionThatIsClosed() {
        StrictResponseDecoder responses = StrictResponseDecoder.of(new HttpClientOptions(), () -> {});
        EmbeddedChannel channel = new EmbeddedChannel(StrictResponseDecoder.codec(responses));
        SentRequest sent = new SentRequest(false, () -> {});
        responses.announce(sent);
        channel.close();
        var written = channel.write(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/"));
        assertThat(written.isSuccess()).isFalse();
        assertThat(sent.hasLeft()).isFalse();
        assertThat(channel.outboundMessages()).isEmpty();
        channel.finishAndReleaseAll();
    }

    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void aPooledConnectionThatTheUpstreamClosedHarmsNobody(boolean nativeTransport, @TempDir Path folder)
            throws IOException {
        try (ProxyFixture own = new ProxyFixture(folder, nativeTransport)) {
            closesAfterEachResponse(own);
        }
    }

    private static void closesAfterEachResponse(ProxyFixture fixture) throws IOException {
        fixture.raw.conversation =
                (head, from, to) -> to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 2~~ok"));
        try (RawClient client = fixture.connect()) {
            for (int i = 1; i <= 20; i++) {
                assertThat(client.send(request("GET", "/raw")).readResponse()).endsWith("ok");
                int closed = i;
                Await.until("the upstream has closed", SOON, () -> fixture.raw.ended.get() == closed);
            }
        }
    }

    @Test
    void aSilentUpstreamIs504AndASilentClient408() throws IOException {
        fixture.raw.conversation = (head, from, to) -> from.readAllBytes();
        assertThat(fixture.exchange("GET /raw/1")).startsWith("HTTP/1.1 504");
        try (RawClient client = fixture.connect()) {
            assertThat(client.send(request("PUT", "/raw/2", "Content-Length: 100") + "abc")
                            .readAll())
                    .startsWith("HTTP/1.1 408")
                    .containsIgnoringCase("Connection: close");
        }
        assertThat(fixture.events())
                .allSatisfy(event -> assertThat(event.units()).isEqualTo(1));
        assertThat(fixture.events()).extracting(event -> event.responseStatus()).containsExactlyInAnyOrder(504, 408);
    }

    @Test
    void aResponseThatBreaksOrStallsIsCut() throws IOException {
        CountDownLatch over = new CountDownLatch(1);
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~3~abc~"));
            to.flush();
            if (head.contains("/stalls")) {
                over.await(5, TimeUnit.SECONDS);
            }
        };
        assertThat(fixture.exchange("GET /raw/breaks"))
                .startsWith("HTTP/1.1 200")
                .endsWith("3\r\nabc\r\n");
        assertThat(fixture.exchange("GET /raw/stalls"))
                .startsWith("HTTP/1.1 200")
                .endsWith("3\r\nabc\r\n");
        over.countDown();
        assertThat(fixture.events()).hasSize(2).allSatisfy(event -> {
            assertThat(event.bytesSent()).isEqualTo(3);
            assertThat(event.responseStatus()).isEqualTo(200);
        });
    }
}
