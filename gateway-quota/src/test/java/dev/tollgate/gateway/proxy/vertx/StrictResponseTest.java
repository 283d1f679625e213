package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import io.netty.channel.embedded.EmbeddedChannel;
import io.netty.handler.codec.http.DefaultFullHttpRequest;
import io.netty.handler.codec.http.HttpMethod;
import io.netty.handler.codec.http.HttpResponse;
import io.netty.handler.codec.http.HttpVersion;
import io.vertx.core.http.HttpClientOptions;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/// What one client's response leaves on an upstream's connection never reaches another client. `~` stands for CRLF.
class StrictResponseTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String SURPLUS = "HTTP/1.1 200 OK~X-Leak: SECRET~X-Z: ";

    private final ProxyFixture fixture;

    StrictResponseTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String request(String method, String path) {
        return method + " " + path + " HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n";
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "GET  | HTTP/1.1 200 OK~Content-Length: 2~~ok",
                "GET  | HTTP/1.1 200 OK~Content-Length: 0~~",
                "GET  | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~ok~0~~",
                "GET  | HTTP/1.1 204 No Content~~",
                "GET  | HTTP/1.1 304 Not Modified~ETag: x~~",
                "HEAD | HTTP/1.1 200 OK~Content-Length: 2~~",
                "GET  | HTTP/1.1 103 Early Hints~~HTTP/1.1 200 OK~Content-Length: 2~~ok",
            })
    void surplusAfterAResponseIsDroppedWithItsConnection(String method, String answer) throws IOException {
        int connections = 1;
        for (String surplus : List.of(SURPLUS, SURPLUS + "~Content-Length: 4~~leak", "~", "ok")) {
            fixture.raw.script = (head, to) -> to.write(RawUpstream.bytes(
                    head.contains("/first") ? answer + surplus : "HTTP/1.1 200 OK~Content-Length: 4~~mine"));
            try (RawClient first = fixture.connect();
                    RawClient second = fixture.connect()) {
                assertThat(first.send(request(method, "/raw/first")).readUntil("\r\n\r\n"))
                        .matches("(?s)HTTP/1.1 (103|200|204|304).*");
                assertThat(second.send(request("GET", "/raw/second")).readResponse())
                        .startsWith("HTTP/1.1 200")
                        .doesNotContain("X-Leak")
                        .endsWith("mine");
            }
            connections++;
            assertThat(fixture.raw.connections)
                    .as("another one for the second request")
                    .hasValue(connections);
            int spoiled = connections - 1;
            Await.until("the one with surplus is closed", SOON, () -> fixture.raw.ended.get() == spoiled);
        }
    }

    @Test
    void aRequestThatWaitsForAConnectionGetsOneWithoutSurplus(@TempDir Path folder) throws Exception {
        CountDownLatch both = new CountDownLatch(1);
        try (ProxyFixture narrow = new ProxyFixture(folder, 1, 1);
                RawClient first = narrow.connect();
                RawClient second = narrow.connect()) {
            narrow.raw.script = (request, to) -> {
                if (request.contains("/first")) {
                    both.await(5, TimeUnit.SECONDS);
                    to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 2~~ok" + SURPLUS));
                } else {
                    to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 4~~mine"));
                }
            };
            first.send(request("GET", "/raw/first"));
            Await.until("the first is at the upstream", SOON, () -> narrow.raw.requests.get() == 1);
            second.send(request("GET", "/raw/second"));
            Await.until("the second waits", SOON, () -> narrow.gate.admitted.get() == 2);
            both.countDown();
            assertThat(first.readResponse()).endsWith("ok");
            assertThat(second.readResponse()).doesNotContain("X-Leak").endsWith("mine");
        }
    }

    /// One go may fill several buffers, and the next request may be sent between two of them.
    @Test
    void bytesReadInOneGoWithAResponsesEndAreNotTheNextResponse() {
        AtomicInteger spoiled = new AtomicInteger();
        EmbeddedChannel channel =
                new EmbeddedChannel(StrictResponseDecoder.codec(new HttpClientOptions(), spoiled::incrementAndGet));
        channel.writeOutbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/first"));
        channel.pipeline().fireChannelRead(buffer("HTTP/1.1 200 OK~Content-Length: 2~~ok"));
        channel.writeOutbound(new DefaultFullHttpRequest(HttpVersion.HTTP_1_1, HttpMethod.GET, "/second"));
        channel.pipeline().fireChannelRead(buffer(SURPLUS + "~~"));
        channel.pipeline().fireChannelReadComplete();

        assertThat(channel.inboundMessages())
                .filteredOn(HttpResponse.class::isInstance)
                .hasSize(1);
        assertThat(spoiled).hasValue(1);
        assertThat(channel.isOpen()).isFalse();
        channel.finishAndReleaseAll();
    }

    private static ByteBuf buffer(String text) {
        return Unpooled.wrappedBuffer(RawUpstream.bytes(text));
    }

    @Test
    void aStatusBelowAHundredIsNoResponse() throws IOException {
        fixture.raw.script =
                (head, to) -> to.write(RawUpstream.bytes("HTTP/1.1 099 Odd~~HTTP/1.1 200 OK~Content-Length: 2~~ok"));
        try (RawClient client = fixture.connect()) {
            assertThat(client.send(request("GET", "/raw/odd")).readResponse()).startsWith("HTTP/1.1 502");
        }
    }

    @Test
    void bytesOnAnIdleConnectionCloseIt() throws IOException {
        fixture.raw.script = (head, to) -> {
            to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 2~~ok"));
            to.flush();
            Await.until(
                    "the client has its response", SOON, () -> fixture.events().size() == 1);
            to.write(RawUpstream.bytes(SURPLUS));
        };
        try (RawClient client = fixture.connect()) {
            assertThat(client.send(request("GET", "/raw")).readResponse()).endsWith("ok");
            Await.until("the connection is closed", SOON, () -> fixture.raw.ended.get() == 1);
            fixture.raw.script = (head, to) -> to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 4~~mine"));
            assertThat(client.send(request("GET", "/raw")).readResponse())
                    .doesNotContain("X-Leak")
                    .endsWith("mine");
        }
        assertThat(fixture.raw.connections).hasValue(2);
    }

    @Test
    void aConnectionWithoutSurplusServesManyRequests() throws IOException {
        try (RawClient client = fixture.connect()) {
            for (String answer : new String[] {
                "HTTP/1.1 200 OK~Content-Length: 2~~ok",
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~~2~ok~0~~",
                "HTTP/1.1 204 No Content~~",
                "HTTP/1.1 100 Continue~~HTTP/1.1 200 OK~Content-Length: 2~~ok"
            }) {
                fixture.raw.script = (head, to) -> to.write(RawUpstream.bytes(answer));
                assertThat(client.send(request("GET", "/raw")).readUntil(answer.contains("204") ? "\r\n\r\n" : "ok"))
                        .startsWith("HTTP/1.1 20");
                if (answer.contains("chunked")) {
                    assertThat(client.readUntil("0\r\n\r\n")).endsWith("0\r\n\r\n");
                }
            }
        }
        assertThat(fixture.raw.connections).hasValue(1);
    }
}
