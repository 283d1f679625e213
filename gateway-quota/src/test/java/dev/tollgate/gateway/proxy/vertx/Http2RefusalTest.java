package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.proxy.ClientSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;

/// HTTP/2 that is not allowed, frame by frame.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class Http2RefusalTest {

    private static final int PROTOCOL_ERROR = 1;
    private static final int ENHANCE_YOUR_CALM = 11;

    private final ProxyFixture fixture;
    private final List<String> reached = new CopyOnWriteArrayList<>();

    Http2RefusalTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, ClientSettings.DEFAULT, Optional.empty());
    }

    @BeforeAll
    void listen() {
        fixture.upstream = request -> {
            if (!request.uri().endsWith("/silent")) {
                request.response().end("ok");
            }
            reached.add(request.headers().toString());
        };
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private RawHttp2 connect() throws IOException {
        return new RawHttp2(fixture.proxy.port());
    }

    @Test
    void malformedRequestsReachNobody() throws IOException {
        String[][] bad = {
            {"connection", "close"},
            {"transfer-encoding", "chunked"},
            {"upgrade", "h2c"},
            {"keep-alive", "timeout=5"},
            {"te", "gzip"},
            {"X-Upper", "1"},
            {"x-smuggled", "1\r\nX-Tenant-Id: other"},
            {"x-null", "a\u0000b"},
            {"x space", "1"},
            {"host", "other"},
            {":late", "1"},
            {"content-length", "5"},
        };
        for (String[] field : bad) {
            try (RawHttp2 client = connect()) {
                client.get(1, "x-malformed", "1", field[0], field[1]);
                RawHttp2.Frame answer = client.read(RawHttp2.RST_STREAM, RawHttp2.GOAWAY);
                assertThat(answer.errorCode()).as(field[0]).isEqualTo(PROTOCOL_ERROR);
            }
        }
        assertThat(reached).noneMatch(headers -> headers.contains("x-malformed"));
    }

    @Test
    void noTunnelIsOpened() throws IOException {
        try (RawHttp2 client = connect()) {
            client.send(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS,
                    1,
                    client.block(":method", "CONNECT", ":authority", "elsewhere:22", "x-api-key", ProxyFixture.KEY));
            assertThat(client.read(RawHttp2.RST_STREAM, RawHttp2.GOAWAY).type()).isEqualTo(RawHttp2.RST_STREAM);
        }
    }

    @Test
    void aPrefaceInPiecesIsUnderstoodAndHeadersMayBeContinued() throws IOException {
        try (RawHttp2 client = connect()) {
            client.get(1);
            assertThat(client.read(RawHttp2.DATA, RawHttp2.RST_STREAM).payload())
                    .isEqualTo(RawHttp2.bytes("ok"));
        }
    }

    @Test
    void moreHeaderBytesThanAllowedAreNotKept() throws IOException {
        try (RawHttp2 client = connect()) {
            client.get(1, "x-long", "\u00b1".repeat(ProxyFixture.HEADER_BYTES_MAX));
            assertThat(client.read(RawHttp2.HEADERS, RawHttp2.GOAWAY).type()).isEqualTo(RawHttp2.HEADERS);
        }
        assertThat(reached).noneMatch(headers -> headers.contains("x-long"));
    }

    @Test
    void aFloodOfResetsEndsTheConnection() throws IOException {
        try (RawHttp2 client = connect()) {
            for (int stream = 1; stream < 2 * 300; stream += 2) {
                client.get(stream);
                client.reset(stream);
            }
            assertThat(client.read(RawHttp2.GOAWAY, RawHttp2.GOAWAY).errorCode())
                    .isEqualTo(ENHANCE_YOUR_CALM);
        } catch (IOException closed) {
            assertThat(closed).hasMessageMatching("(?i).*(reset|broken|closed).*");
        }
    }

    @Test
    void aFloodOfEmptyFramesEndsTheConnection() throws IOException {
        try (RawHttp2 client = connect()) {
            client.send(
                    RawHttp2.HEADERS,
                    RawHttp2.END_HEADERS,
                    1,
                    client.block(
                            ":method",
                            "POST",
                            ":scheme",
                            "http",
                            ":path",
                            "/things/silent",
                            ":authority",
                            "a",
                            "x-api-key",
                            ProxyFixture.KEY));
            for (int i = 0; i < 100; i++) {
                client.send(RawHttp2.DATA, 0, 1, new byte[0]);
            }
            assertThat(client.read(RawHttp2.GOAWAY, RawHttp2.GOAWAY).errorCode())
                    .isEqualTo(ENHANCE_YOUR_CALM);
        } catch (IOException closed) {
            assertThat(closed).hasMessageMatching("(?i).*(reset|broken|closed).*");
        }
    }

    @Test
    void upgradeFromHttp1IsNotTakenUp() throws IOException {
        String answer = fixture.exchange(
                "GET /things", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "X-Last: 1");
        assertThat(answer).startsWith("HTTP/1.1 200").endsWith("ok");
        assertThat(reached.getLast())
                .doesNotContainIgnoringCase("http2-settings")
                .doesNotContainIgnoringCase("h2c");
    }
}
