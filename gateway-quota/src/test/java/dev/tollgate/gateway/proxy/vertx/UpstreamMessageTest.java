package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// How messages pass: framing, trailers, interim responses, early answers. `~` stands for CRLF.
class UpstreamMessageTest {

    private static final String OK = "HTTP/1.1 200 OK~Content-Length: 2~~ok";
    private final ProxyFixture fixture;

    UpstreamMessageTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private static String request(String startLine, String... fields) {
        return startLine + "\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n"
                + String.join(
                        "", Arrays.stream(fields).map(field -> field + "\r\n").toList()) + "\r\n";
    }

    private static String until(InputStream from, String end) throws IOException {
        StringBuilder read = new StringBuilder();
        while (read.indexOf(end) < 0) {
            int next = from.read();
            if (next < 0) {
                break;
            }
            read.append((char) next);
        }
        return read.toString();
    }

    private static void write(OutputStream to, String text) throws IOException {
        to.write(RawUpstream.bytes(text));
        to.flush();
    }

    @Test
    void trailersOfARequestReachTheUpstreamWithoutThoseThatMustNotBeThere() throws Exception {
        CompletableFuture<String> seen = new CompletableFuture<>();
        fixture.raw.conversation = (head, from, to) -> {
            seen.complete(head + until(from, "\r\n\r\n"));
            write(to, OK);
        };
        try (RawClient client = fixture.connect()) {
            client.send(request(
                            "PUT /raw HTTP/1.1",
                            "Transfer-Encoding: chunked",
                            "Trailer: X-Sum",
                            "TE: trailers",
                            "Connection: TE")
                    + "3\r\nabc\r\n0\r\nX-Sum: 7\r\nContent-Length: 9\r\nX-Tenant-Id: evil\r\nX_Tenant_Id: evil\r\n"
                    + "Authorization: a\r\nTransfer-Encoding: b\r\nHost: c\r\n\r\n");
            assertThat(client.readResponse()).endsWith("ok");
        }
        assertThat(seen.get(5, TimeUnit.SECONDS))
                .endsWithIgnoringCase("\r\n\r\n3\r\nabc\r\n0\r\nX-Sum: 7\r\n\r\n")
                .containsIgnoringCase("\r\nTE: trailers\r\n")
                .containsIgnoringCase("\r\nConnection: TE\r\n");
        assertThat(fixture.event().bytesReceived()).isEqualTo(3);
    }

    @Test
    void trailersOfAResponseReachAClientThatReadsThem() throws IOException {
        fixture.raw.script = (head, to) -> write(
                to,
                "HTTP/1.1 200 OK~Transfer-Encoding: chunked~Trailer: X-Sum, Set-Cookie~~2~ok~0~X-Sum: 7~Set-Cookie: a=b~~");
        assertThat(fixture.exchange("GET /raw", "TE: trailers"))
                .endsWithIgnoringCase("\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\n\r\n")
                .containsIgnoringCase("\r\nTrailer: X-Sum\r\n");
        assertThat(fixture.exchange("GET /raw"))
                .endsWith("\r\n\r\n2\r\nok\r\n0\r\n\r\n")
                .doesNotContain("X-Sum");
    }

    /// A coding that ends here would leave bytes that nobody says how to read; a status of four digits is none.
    @Test
    void aResponseThatNoClientCouldReadIs502() throws IOException {
        for (String head : new String[] {
            "HTTP/1.1 1000 Odd~Content-Length: 2~~ok",
            "HTTP/1.1 700 Odd~Content-Length: 2~~ok",
            "HTTP/1.1 200 OK~Transfer-Encoding: gzip, chunked~~2~ok~0~~",
            "HTTP/1.1 200 OK~Transfer-Encoding: gzip~~ok"
        }) {
            fixture.raw.script = (request, to) -> write(to, head);
            assertThat(fixture.exchange("GET /raw")).as(head).startsWith("HTTP/1.1 502");
        }
        assertThat(fixture.events()).hasSize(4).allMatch(event -> event.units() == 1);
    }

    @Test
    void aBodyWaitsForTheUpstreamsContinue() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {
            assertThat(head).containsIgnoringCase("\r\nExpect: 100-continue\r\n");
            write(to, "HTTP/1.1 100 Continue~~");
            String body = until(from, "abc");
            write(to, "HTTP/1.1 200 OK~Content-Length: " + body.length() + "~~" + body);
        };
        try (RawClient client = fixture.connect()) {
            client.send(request("PUT /raw HTTP/1.1", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(client.readUntil("\r\n\r\n")).isEqualTo("HTTP/1.1 100 Continue\r\n\r\n");
            assertThat(client.send("abc").readResponse())
                    .startsWith("HTTP/1.1 200")
                    .endsWith("abc");
        }
    }

    @Test
    void aFinalAnswerInPlaceOfAContinueReachesTheClientAndEndsItsConnection() throws IOException {
        fixture.raw.script = (head, to) -> write(to, "HTTP/1.1 403 Forbidden~Content-Length: 2~~no");
        try (RawClient client = fixture.connect()) {
            client.send(request("PUT /raw HTTP/1.1", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(client.readResponse())
                    .startsWith("HTTP/1.1 403")
                    .containsIgnoringCase("Connection: close")
                    .endsWith("no");
            assertThat(client.send("abc").readAll()).isEmpty();
        }
        assertThat(fixture.event().bytesReceived()).isZero();
    }

    @Test
    void aBodyIsSentWhenTheUpstreamDoesNotSpeak() throws IOException {
        fixture.raw.conversation = (head, from, to) -> {
            until(from, "abc");
            write(to, OK);
        };
        try (RawClient client = fixture.connect()) {
            client.send(request("PUT /raw HTTP/1.1", "Content-Length: 3", "Expect: 100-continue"));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
            assertThat(client.send("abc").readResponse()).endsWith("ok");
        }
    }

    @Test
    void earlyHintsPassAndOtherInterimResponsesDoNot() throws IOException {
        fixture.raw.script = (head, to) -> write(
                to,
                "HTTP/1.1 102 Processing~~HTTP/1.1 103 Early Hints~Link: </a>~Connection: X-Hop~X-Hop: 1~~HTTP/1.1 199 X~~"
                        + OK);
        try (RawClient client = fixture.connect()) {
            client.send(request("GET /raw HTTP/1.1"));
            assertThat(client.readUntil("\r\n\r\n"))
                    .startsWith("HTTP/1.1 103 ")
                    .containsIgnoringCase("Link: </a>")
                    .doesNotContain("X-Hop");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200").endsWith("ok");
            assertThat(client.send(request("GET /raw HTTP/1.0")).readAll())
                    .startsWith("HTTP/1.0 200")
                    .doesNotContain("103");
        }
        assertThat(fixture.raw.connections).as("the connection is used again").hasValue(1);
    }

    @Test
    void interimResponsesWithoutEndAreAFailure() throws IOException {
        fixture.raw.script = (head, to) ->
                write(to, "HTTP/1.1 102 Processing~~".repeat(StrictResponseDecoder.INTERIM_RESPONSES_MAX + 1));
        assertThat(fixture.exchange("GET /raw")).startsWith("HTTP/1.1 502");
        assertThat(fixture.event().units()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "HEAD | HTTP/1.1 200 OK~Content-Length: 1234~~ | Content-Length: 1234",
                "HEAD | HTTP/1.1 200 OK~Transfer-Encoding: chunked~~ | Date:",
                "GET  | HTTP/1.1 204 No Content~~ | Date:",
                "GET  | HTTP/1.1 304 Not Modified~ETag: x~~ | ETag: x",
                "GET  | HTTP/1.1 304 Fresh~Content-Length: 9~~ | Content-Length: 9",
                "GET  | HTTP/1.1 205 Reset Content~Content-Length: 0~~ | Content-Length: 0",
                "GET  | HTTP/1.1 205 Reset Content~Transfer-Encoding: chunked~~0~~ | Content-Length: 0",
            })
    void responsesWithoutBodyKeepTheirFramingAndGetNone(String method, String answer, String field) throws IOException {
        fixture.raw.script = (head, to) -> write(to, answer);
        String response = fixture.exchange(method + " /raw");
        assertThat(response).endsWith("\r\n\r\n").containsIgnoringCase("\r\n" + field.strip());
        assertThat(response.indexOf("\r\n\r\n")).as("nothing behind the head").isEqualTo(response.length() - 4);
        assertThat(response).doesNotContainIgnoringCase("transfer-encoding");
        if (!field.contains("Length")) {
            assertThat(response).doesNotContainIgnoringCase("content-length");
        }
        assertThat(fixture.event().bytesSent()).isZero();
    }

    @ParameterizedTest
    @ValueSource(strings = {"HTTP/1.0 200 OK~~", "HTTP/1.1 200 OK~Connection: close~~"})
    void aBodyThatEndsWithTheUpstreamsConnectionPassesWhole(String head) throws IOException {
        fixture.raw.conversation = (request, from, to) -> write(to, head + "hello");
        assertThat(fixture.exchange("GET /raw")).endsWith("\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
        try (RawClient client = fixture.connect()) {
            assertThat(client.send(request("GET /raw HTTP/1.0")).readAll()).endsWith("\r\n\r\nhello");
        }
        assertThat(fixture.events())
                .hasSize(2)
                .allSatisfy(event -> assertThat(event.bytesSent()).isEqualTo(5));
    }

    /// Four MiB do not fit into the buffers on the way: the client is still sending when the answer comes.
    @Test
    void anAnswerThatComesBeforeTheRequestsEndReachesTheClient() throws Exception {
        fixture.raw.conversation = (head, from, to) -> {
            from.readNBytes(1_000);
            write(to, "HTTP/1.1 403 Forbidden~Content-Length: 2~~no");
        };
        try (RawClient client = fixture.connect()) {
            client.send(request("PUT /raw HTTP/1.1", "Content-Length: " + ProxyFixture.BODY_BYTES_MAX));
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.send(new byte[ProxyFixture.BODY_BYTES_MAX]);
                } catch (IOException closed) {
                    // The client may see its connection end before it has sent everything.
                }
            });
            assertThat(client.readResponse()).startsWith("HTTP/1.1 403").endsWith("no");
            sending.get(10, TimeUnit.SECONDS);
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(403);
    }

    /// Seeds 1 to 8; each body is cut differently by the client, by the upstream and on the way.
    @ParameterizedTest
    @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
    void bytesInAreBytesOutForAnyChunks(long seed) throws Exception {
        Random random = new Random(seed);
        byte[] body = new byte[random.nextInt(400_000)];
        random.nextBytes(body);
        fixture.raw.conversation = (head, from, to) -> {
            to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Transfer-Encoding: chunked~~"));
            chunk(readChunks(from), new Random(-seed), to);
        };
        try (RawClient client = fixture.connect()) {
            ByteArrayOutputStream chunked = new ByteArrayOutputStream();
            chunk(body, random, chunked);
            client.send(request("PUT /raw HTTP/1.1", "Transfer-Encoding: chunked", "Connection: close"));
            byte[] wire = chunked.toByteArray();
            for (int at = 0; at < wire.length; ) {
                int end = Math.min(wire.length, at + 1 + random.nextInt(50_000));
                client.send(Arrays.copyOfRange(wire, at, end));
                at = end;
            }
            client.readUntil("\r\n\r\n");
            InputStream rest = new ByteArrayInputStream(client.readAll().getBytes(StandardCharsets.ISO_8859_1));
            assertThat(readChunks(rest)).isEqualTo(body);
        }
        assertThat(fixture.event().bytesReceived()).isEqualTo(body.length);
        assertThat(fixture.event().bytesSent()).isEqualTo(body.length);
    }

    private static void chunk(byte[] body, Random random, OutputStream to) throws IOException {
        for (int at = 0; at < body.length; ) {
            int size = Math.min(body.length - at, 1 + random.nextInt(random.nextBoolean() ? 20 : 40_000));
            to.write(RawUpstream.bytes(Integer.toHexString(size) + "~"));
            to.write(body, at, size);
            to.write(RawUpstream.bytes("~"));
            at += size;
        }
        to.write(RawUpstream.bytes("0~~"));
        to.flush();
    }

    private static byte[] readChunks(InputStream from) throws IOException {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        while (true) {
            int size = Integer.parseInt(until(from, "\r\n").strip(), 16);
            body.write(from.readNBytes(size));
            until(from, "\r\n");
            if (size == 0) {
                return body.toByteArray();
            }
        }
    }
}
