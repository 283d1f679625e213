package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// What is refused before a request is one. `~` stands for CRLF.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class StrictRequestTest {

    private static final String KEY = "X-Api-Key: " + ProxyFixture.KEY + "\r\n";

    private final ProxyFixture fixture;
    private final List<String> reached = new CopyOnWriteArrayList<>();

    StrictRequestTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @BeforeAll
    void listen() {
        fixture.upstream = request -> {
            reached.add(request.path());
            request.response().end("ok");
        };
    }

    @AfterAll
    void close() {
        fixture.close();
    }

    private String send(String bytes) throws IOException {
        try (RawClient client = fixture.connect()) {
            return client.send(bytes.replace("~", "\r\n")).readAll();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: 3~Transfer-Encoding: chunked~~0~~GET /things/smuggled HTTP/1.1~Host: a~KEY~",
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: 3~Content-Length: 4~~abcd",
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: 3~Content-Length: 3~~abc",
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: +3~~abc",
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: 3, 3~~abc",
                "POST /things HTTP/1.1~Host: a~KEYTransfer-Encoding: chunked, identity~~0~~",
                "POST /things HTTP/1.1~Host: a~KEYTransfer-Encoding: chunked~~zz~abcde~0~~",
                "POST /things HTTP/1.0~Host: a~KEYTransfer-Encoding: chunked~~0~~",
                "GET /things HTTP/1.1~Host: a~KEYX-Folded: one~ two~~",
                "GET /things HTTP/1.1~Host: a~KEYX-Folded: one~\ttwo~~",
                "GET /things HTTP/1.1~ Host: a~KEY~",
                "GET /things HTTP/1.1~Host: a~KEYX-Name : one~~",
                "GET /things HTTP/1.1~Host: a~KEYX-Null: \u0000~~",
                "GET /things HTTP/1.1~KEY~",
                "GET /things HTTP/1.1~Host: a~Host: b~KEY~",
                "GET /things/../admin HTTP/1.1~Host: a~KEYConnection: close~~",
                "GET /things/%2e%2E/admin HTTP/1.1~Host: a~KEYConnection: close~~",
                "GET things HTTP/1.1~Host: a~KEYConnection: close~~",
                "NONSENSE~~"
            })
    void refusesWhatCouldBeReadInTwoWays(String bytes) throws IOException {
        int before = reached.size();
        String response = send(bytes.replace("KEY", KEY));
        assertThat(response)
                .matches("(?s)HTTP/1\\.[01] 400.*")
                .contains("application/problem+json")
                .containsIgnoringCase(ProxyFixture.DATE);
        assertThat(response.split("HTTP/1", -1)).as("one answer, then the end").hasSize(2);
        assertThat(reached).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(strings = {"gzip, chunked", "gzip~Transfer-Encoding: chunked", "x,chunked"})
    void onlyTheTransferCodingChunkedIsAccepted(String codings) throws IOException {
        int before = reached.size();
        String response = send("POST /things HTTP/1.1~Host: a~" + KEY + "Transfer-Encoding: " + codings + "~~0~~");
        assertThat(response)
                .startsWith("HTTP/1.1 501")
                .contains("application/problem+json", "connection: close")
                .containsIgnoringCase(ProxyFixture.DATE);
        assertThat(reached).hasSize(before);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"GET /things HTTP/9.9~Host: a~KEY~", "GET /things HTTP/1.2~Host: a~KEY~", "PRI * HTTP/2.0~~SM~~"
            })
    void otherVersionsAreNotSupported(String bytes) throws IOException {
        String response = send(bytes.replace("KEY", KEY));
        assertThat(response)
                .startsWith("HTTP/1.1 505")
                .contains("application/problem+json", "\"status\":505")
                .containsIgnoringCase(ProxyFixture.DATE);
        assertThat(response.split("HTTP/1.1 5", -1))
                .as("one answer, then the end")
                .hasSize(2);
    }

    @Test
    void aFoldedLineIsFoundWhereverTheBytesAreCut() throws Exception {
        String request = "GET /things HTTP/1.1\r\nHost: a\r\n" + KEY + "X-Folded: one\r\n two\r\n\r\n";
        for (int cut = 1; cut < request.length(); cut += 7) {
            try (RawClient client = fixture.connect()) {
                client.send(request.substring(0, cut));
                Thread.yield();
                client.send(request.substring(cut));
                assertThat(client.readAll()).matches("(?s)HTTP/1\\.[01] 400.*");
            }
        }
    }

    @Test
    void absoluteFormIsUnderstoodAndItsAuthorityIgnored() throws IOException {
        assertThat(send("GET http://evil.example/things/abs?x HTTP/1.1~Host: a~" + KEY + "Connection: close~~"))
                .startsWith("HTTP/1.1 200");
        assertThat(reached).contains("/base/things/abs");
    }

    @Test
    void limitsAnswerWithTheirOwnStatus() throws IOException {
        assertThat(send("GET /things?" + "x".repeat(3_000) + " HTTP/1.1~Host: a~~"))
                .matches("(?s)HTTP/1\\.[01] 414.*");
        assertThat(send("GET /things HTTP/1.1~Host: a~X-Long: " + "x".repeat(5_000) + "~~"))
                .matches("(?s)HTTP/1\\.[01] 431.*");
        assertThat(send("POST /things HTTP/1.1~Host: a~" + KEY + "Content-Length: 99999999999~Connection: close~~"))
                .startsWith("HTTP/1.1 413");
        assertThat(send("TRACE /things HTTP/1.1~Host: a~" + KEY + "Connection: close~~"))
                .startsWith("HTTP/1.1 405");
        assertThat(send("GET /things HTTP/1.1~Host: a~" + KEY + "Expect: tea~Connection: close~~"))
                .startsWith("HTTP/1.1 417");
    }

    @Test
    void aChunkedBodyBeyondTheLimitIsCutOff() throws IOException {
        fixture.upstream = request -> request.handler(data -> {});
        String chunk = "10000\r\n" + "x".repeat(0x10000) + "\r\n";
        try (RawClient client = fixture.connect()) {
            client.send("POST /things HTTP/1.1\r\nHost: a\r\n" + KEY + "Transfer-Encoding: chunked\r\n\r\n");
            for (int i = 0; i < ProxyFixture.BODY_BYTES_MAX / 0x10000 + 1; i++) {
                client.send(chunk);
            }
            assertThat(client.readResponse()).startsWith("HTTP/1.1 413");
        } finally {
            listen();
        }
        assertThat(fixture.events().getLast().responseStatus()).isEqualTo(413);
        assertThat(fixture.events().getLast().units()).isEqualTo(1);
    }
}
