package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// WebSockets pass through as one metered request each. `~` stands for CRLF.
class WebSocketTest {

    private static final Duration SOON = Duration.ofSeconds(5);
    private static final String ACCEPT =
            "HTTP/1.1 101 Switching Protocols~Upgrade: websocket~Connection: Upgrade~Sec-WebSocket-Accept: x~~";
    private static final String HANDSHAKE = "GET /raw HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY
            + "\r\nUpgrade: websocket\r\nConnection: keep-alive, Upgrade\r\n"
            + "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n";
    private static final byte[] CLOSE_FRAME = {(byte) 0x88, 0x02, 0x03, (byte) 0xe8};

    private final ProxyFixture fixture;

    WebSocketTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    /// A binary frame without mask; the proxy treats masked ones alike.
    private static byte[] frame(byte[] payload) {
        ByteBuffer frame = ByteBuffer.allocate(payload.length + 10);
        frame.put((byte) 0x82);
        if (payload.length < 126) {
            frame.put((byte) payload.length);
        } else if (payload.length < 65_536) {
            frame.put((byte) 126).putShort((short) payload.length);
        } else {
            frame.put((byte) 127).putLong(payload.length);
        }
        frame.put(payload);
        return Arrays.copyOf(frame.array(), frame.position());
    }

    private RawClient open() throws IOException {
        RawClient client = fixture.connect().send(HANDSHAKE);
        assertThat(client.readUntil("\r\n\r\n"))
                .startsWith("HTTP/1.1 101 Switching Protocols\r\n")
                .containsIgnoringCase("\r\nUpgrade: websocket\r\n")
                .containsIgnoringCase("\r\nConnection: Upgrade\r\n")
                .containsIgnoringCase("\r\nSec-WebSocket-Accept: x\r\n")
                .containsIgnoringCase("\r\nX-Request-Id: ");
        return client;
    }

    /// Seed 4: frames of random sizes, whose payloads look like Close frames too.
    @Test
    void bytesPassBothWaysAndTheEventIsThereBeforeTheClientSeesTheEnd() throws Exception {
        Random random = new Random(4);
        ByteArrayOutputStream frames = new ByteArrayOutputStream();
        for (int i = 0; i < 60; i++) {
            byte[] payload = new byte[random.nextInt(i % 10 == 0 ? 90_000 : 300)];
            Arrays.fill(payload, (byte) 0x88);
            frames.write(frame(payload));
        }
        byte[] sent = frames.toByteArray();
        CountDownLatch over = new CountDownLatch(1);
        fixture.raw.conversation = (head, from, to) -> {
            assertThat(head).containsIgnoringCase("\r\nUpgrade: websocket\r\n").contains("Sec-WebSocket-Key: dGhl");
            to.write(RawUpstream.bytes(ACCEPT));
            for (int left = sent.length; left > 0; ) {
                byte[] part = from.readNBytes(Math.min(left, 1 + random.nextInt(9_000)));
                to.write(part);
                left -= part.length;
            }
            assertThat(fixture.events()).isEmpty();
            to.write(CLOSE_FRAME);
            to.flush();
            over.await(5, TimeUnit.SECONDS);
        };
        try (RawClient client = open()) {
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.send(sent);
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            assertThat(client.readBytes(sent.length)).isEqualTo(sent);
            sending.get(5, TimeUnit.SECONDS);
            assertThat(client.readBytes(CLOSE_FRAME.length)).isEqualTo(CLOSE_FRAME);
            assertThat(fixture.events())
                    .as("metered when the client sees the end")
                    .hasSize(1);
            over.countDown();
            assertThat(client.readAll()).isEmpty();
        }
        RequestEvent event = fixture.event();
        assertThat(event.responseStatus()).isEqualTo(101);
        assertThat(event.units()).isEqualTo(1);
        assertThat(event.bytesReceived()).isEqualTo(sent.length);
        assertThat(event.bytesSent()).isEqualTo(sent.length + CLOSE_FRAME.length);
    }

    @Test
    void aClientThatGoesLeavesItsEventAndTheUpstreamItsEnd() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes(ACCEPT));
            from.readAllBytes();
        };
        try (RawClient client = open()) {
            client.send(frame(new byte[10]));
        }
        assertThat(fixture.event().bytesReceived()).isEqualTo(12);
        Await.until("the upstream sees the end", SOON, () -> fixture.raw.ended.get() == 1);
    }

    @Test
    void bytesSentBeforeTheAnswerAreNotLostAndBytesBehindItNeither() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes(ACCEPT + "first"));
            to.write(from.readNBytes(5));
            to.flush();
        };
        try (RawClient client = fixture.connect().send(HANDSHAKE + "early")) {
            client.readUntil("\r\n\r\n");
            assertThat(client.readAll()).isEqualTo("firstearly");
        }
    }

    @Test
    void aRefusedHandshakeIsAnOrdinaryAnswerAndTheConnectionGoesOn() throws IOException {
        fixture.raw.script = (head, to) -> to.write(RawUpstream.bytes("HTTP/1.1 426 No~Content-Length: 2~~no"));
        try (RawClient client = fixture.connect()) {
            client.send(
                    HANDSHAKE + HANDSHAKE.replace(ProxyFixture.KEY, "bad") + HANDSHAKE.replace("websocket", "other"));
            assertThat(client.readResponse()).startsWith("HTTP/1.1 426").endsWith("no");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 401");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 426").endsWith("no");
        }
        assertThat(fixture.events())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.responseStatus()).isEqualTo(426));
    }

    @Test
    void aSwitchThatNobodyAskedForIsAFailure() throws IOException {
        fixture.raw.script = (head, to) -> to.write(RawUpstream.bytes(ACCEPT));
        assertThat(fixture.exchange("GET /raw")).startsWith("HTTP/1.1 502");
        assertThat(fixture.event().responseStatus()).isEqualTo(502);
    }

    @Test
    void anIdleWebSocketIsCutWithItsEvent() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes(ACCEPT));
            from.readAllBytes();
        };
        try (RawClient client = open()) {
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(101);
    }

    @Test
    void theDrainCutsItWithItsEvent() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes(ACCEPT));
            from.readAllBytes();
        };
        try (RawClient client = open()) {
            fixture.proxy.drain(Duration.ZERO, Duration.ofMillis(50));
            assertThat(client.readAll()).isEmpty();
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(101);
    }

    @Test
    void aReaderThatStopsStopsTheOtherSideToo() throws Exception {
        CompletableFuture<Long> written = new CompletableFuture<>();
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes(ACCEPT));
            byte[] block = frame(new byte[60_000]);
            long bytes = 0;
            try {
                while (bytes < 64L << 20) {
                    to.write(block);
                    bytes += block.length;
                }
            } finally {
                written.complete(bytes);
            }
        };
        try (RawClient client = open()) {
            Await.until("nothing moves", SOON, () -> !fixture.events().isEmpty());
            assertThat(fixture.event().bytesSent()).isLessThan(40L << 20);
        }
        assertThat(written.get(5, TimeUnit.SECONDS)).isLessThan(64L << 20);
    }
}
