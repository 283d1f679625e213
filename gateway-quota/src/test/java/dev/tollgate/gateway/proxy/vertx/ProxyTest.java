package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import io.vertx.core.MultiMap;
import io.vertx.core.buffer.Buffer;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ProxyTest {

    private final ProxyFixture fixture;

    ProxyTest(@TempDir Path folder) {
        fixture = new ProxyFixture(folder, 1);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void passesARequestOnAndHasMeteredItWhenTheClientHasSeenTheResponse() throws IOException {
        fixture.upstream = request ->
                request.response().putHeader("X-Db-Query-Count", "7").end(request.method() + " " + request.uri());
        String response = fixture.exchange("GET /things/9?q=1");
        RequestEvent event = fixture.events().getFirst();
        assertThat(response).startsWith("HTTP/1.1 200 OK").endsWith("GET /base/things/9?q=1");
        assertThat(response)
                .contains("X-Request-Id: " + event.id())
                .contains("RateLimit-Policy: \"requests_per_minute\";q=100;w=60,\"requests_per_hour\";q=100;w=3600,"
                        + "\"requests_per_day\";q=100;w=86400,\"requests_per_month\";q=100;w=2592000\r\n")
                .contains("RateLimit: \"requests_per_day\";r=60;t=2")
                .contains("X-RateLimit-Limit: 100")
                .contains("X-RateLimit-Remaining: 60")
                .contains("X-RateLimit-Reset: 1800000000")
                .containsIgnoringCase(ProxyFixture.DATE)
                .doesNotContainIgnoringCase("X-Db-Query-Count");
        assertThat(event.tenantId()).isEqualTo(ProxyFixture.TENANT);
        assertThat(event.endpoint()).isEqualTo("/things/9");
        assertThat(event.route()).isEqualTo("things");
        assertThat(event.method()).isEqualTo("GET");
        assertThat(event.responseStatus()).isEqualTo(200);
        assertThat(event.dbQueryCount()).isEqualTo(7);
        assertThat(event.units()).isEqualTo(1);
        assertThat(event.bytesSent()).isEqualTo("GET /base/things/9?q=1".length());
        assertThat(event.eventType()).isEqualTo(EventType.API_REQUEST);
    }

    @Test
    void aRouteSetsCostAndKindOfRequest() throws IOException {
        assertThat(fixture.exchange("POST /costly", "Content-Length: 0")).startsWith("HTTP/1.1 200");
        assertThat(fixture.event().units()).isEqualTo(5);
        assertThat(fixture.event().eventType()).isEqualTo(EventType.AI_REQUEST);
    }

    @Test
    void fieldsOfOneConnectionEndAtTheGatewayAndTenantFieldsAreItsOwn() throws IOException {
        CompletableFuture<MultiMap> seen = new CompletableFuture<>();
        fixture.upstream = request -> {
            seen.complete(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
            request.response()
                    .putHeader("Connection", "X-Hop")
                    .putHeader("X-Hop", "1")
                    .putHeader("Keep-Alive", "timeout=5")
                    .putHeader("X-End", "to-end")
                    .end("x");
        };
        String response;
        try (RawClient client = fixture.connect()) {
            response = client.send(
                            "GET /things HTTP/1.1\r\nHost: api.example\r\nAuthorization: Bearer " + ProxyFixture.KEY
                                    + "\r\nConnection: close, X-Gone\r\nX-Gone: 1\r\nTE: trailers\r\nUpgrade: websocket\r\n"
                                    + "X-Tenant-Id: other\r\nX-Tenant-Tier: gold\r\nX-Forwarded-For: 6.6.6.6\r\n"
                                    + "X_Tenant_Id: other\r\nX-Tenant_Tier: gold\r\nX_Forwarded_For: 6.6.6.6\r\n"
                                    + "X_Forwarded-Prefix: /a\r\nX-Forwarded-Prefix: /a\r\nX_Real_IP: 6.6.6.6\r\n"
                                    + "Transfer_Encoding: chunked\r\nContent_Length: 7\r\nProxy_Connection: a\r\nX_Other: kept\r\n"
                                    + "Accept: a\r\nAccept: b\r\n\r\n")
                    .readAll();
        }
        MultiMap upstream = seen.join();
        assertThat(upstream.names())
                .doesNotContain("X-Gone", "TE", "Upgrade", "Authorization", "X-Tenant-Tier", "Connection");
        assertThat(upstream.names()).filteredOn(name -> name.indexOf('_') >= 0).containsExactly("X_Other");
        assertThat(upstream.contains("X-Forwarded-Prefix")).isFalse();
        assertThat(upstream.getAll("X-Tenant-Id")).containsExactly(ProxyFixture.TENANT);
        assertThat(upstream.getAll("X-Forwarded-For")).containsExactly("127.0.0.1");
        assertThat(upstream.get("Forwarded")).isEqualTo("for=127.0.0.1;host=\"api.example\";proto=http");
        assertThat(upstream.getAll("Accept")).containsExactly("a", "b");
        assertThat(response).contains("X-End: to-end").doesNotContain("X-Hop").doesNotContain("Keep-Alive");
    }

    @Test
    void anotherAuthorizationReachesTheUpstream() throws IOException {
        CompletableFuture<MultiMap> seen = new CompletableFuture<>();
        fixture.upstream = request -> {
            seen.complete(MultiMap.caseInsensitiveMultiMap().addAll(request.headers()));
            request.response().end();
        };
        fixture.exchange("GET /things", "Authorization: Basic dTpw");
        assertThat(seen.join().get("Authorization")).isEqualTo("Basic dTpw");
        assertThat(seen.join().contains("X-Api-Key")).isFalse();
    }

    @Test
    void streamsLargeBodiesBothWays() throws Exception {
        int size = ProxyFixture.BODY_BYTES_MAX;
        fixture.upstream = request -> {
            request.response().setChunked(true);
            request.pipeTo(request.response());
        };
        byte[] body = new byte[size];
        new Random(1).nextBytes(body);
        try (RawClient client = fixture.connect()) {
            client.send("PUT /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\nContent-Length: "
                    + size + "\r\nConnection: close\r\n\r\n");
            CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> {
                try {
                    client.send(body);
                } catch (IOException failed) {
                    throw new AssertionError(failed);
                }
            });
            String head = client.readUntil("\r\n\r\n");
            assertThat(head).contains("ransfer-").doesNotContain("ontent-Length");
            byte[] echoed = unchunk(client.readAll());
            sending.get(10, TimeUnit.SECONDS);
            assertThat(echoed).isEqualTo(body);
        }
        assertThat(fixture.event().bytesReceived()).isEqualTo(size);
        assertThat(fixture.event().bytesSent()).isEqualTo(size);
    }

    private static byte[] unchunk(String chunked) {
        Buffer whole = Buffer.buffer();
        int at = 0;
        while (true) {
            int lineEnd = chunked.indexOf("\r\n", at);
            int size = Integer.parseInt(chunked.substring(at, lineEnd), 16);
            if (size == 0) {
                return whole.getBytes();
            }
            whole.appendString(chunked.substring(lineEnd + 2, lineEnd + 2 + size), "ISO-8859-1");
            at = lineEnd + 2 + size + 2;
        }
    }

    @Test
    void aReaderThatStopsStopsTheUpstreamToo() throws Exception {
        CompletableFuture<Boolean> full = new CompletableFuture<>();
        fixture.upstream = request -> {
            var response = request.response().setChunked(true);
            Buffer block = Buffer.buffer(new byte[64 * 1_024]);
            for (int i = 0; i < 2_000 && !response.writeQueueFull(); i++) {
                response.write(block);
            }
            fixture.vertx.setPeriodic(5, timer -> {
                for (int i = 0; i < 100 && !response.writeQueueFull(); i++) {
                    response.write(block);
                }
                if (response.bytesWritten() > 100L << 20) {
                    full.complete(false);
                }
            });
            fixture.vertx.setTimer(400, timer -> full.complete(response.writeQueueFull()));
        };
        try (RawClient client = fixture.connect()) {
            client.send("GET /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n");
            client.readUntil("\r\n\r\n");
            assertThat(full.get(5, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(fixture.event().responseStatus()).isEqualTo(200);
    }

    @Test
    void responsesWithoutBodyStayWithoutBody() throws IOException {
        fixture.upstream = request -> {
            var response = request.response();
            if (request.uri().endsWith("/204")) {
                response.setStatusCode(204).end();
            } else if (request.uri().endsWith("/304")) {
                response.setStatusCode(304).putHeader("ETag", "x").end();
            } else {
                response.putHeader("Content-Length", "1234").end();
            }
        };
        assertThat(fixture.exchange("GET /things/204"))
                .startsWith("HTTP/1.1 204")
                .endsWith("\r\n\r\n")
                .doesNotContainIgnoringCase("content-length")
                .doesNotContainIgnoringCase("transfer-encoding");
        assertThat(fixture.exchange("GET /things/304"))
                .startsWith("HTTP/1.1 304")
                .endsWith("\r\n\r\n")
                .contains("ETag: x");
        assertThat(fixture.exchange("HEAD /things/head"))
                .startsWith("HTTP/1.1 200")
                .endsWith("\r\n\r\n")
                .containsIgnoringCase("content-length: 1234");
        assertThat(fixture.events()).extracting(RequestEvent::bytesSent).containsExactly(0L, 0L, 0L);
    }

    @Test
    void aContinueIsAnsweredOnlyToAnAdmittedRequest() throws IOException {
        fixture.upstream = request -> request.bodyHandler(body ->
                request.response().end(body.length() + " " + request.headers().contains("Expect")));
        try (RawClient client = fixture.connect()) {
            client.send("POST /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY
                    + "\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 100");
            assertThat(client.send("abc").readResponse()).endsWith("3 true");
        }
        try (RawClient client = fixture.connect()) {
            client.send(
                    "POST /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: bad\r\nContent-Length: 3\r\nExpect: 100-continue\r\n\r\n");
            assertThat(client.readAll()).startsWith("HTTP/1.1 401");
        }
    }

    @Test
    void pipelinedRequestsAreAnsweredInOrderOnOneConnection() throws IOException {
        fixture.upstream = request -> request.response().end(request.path());
        try (RawClient client = fixture.connect()) {
            String one = "GET /things/1 HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n";
            client.send(one + one.replace("/1 ", "/2 ") + one.replace(ProxyFixture.KEY, "bad"));
            assertThat(client.readResponse()).endsWith("/base/things/1");
            assertThat(client.readResponse()).endsWith("/base/things/2");
            assertThat(client.readResponse()).startsWith("HTTP/1.1 401");
        }
        assertThat(fixture.events()).hasSize(2);
    }

    @Test
    void anHttp10ClientGetsABodyThatEndsWithTheConnection() throws IOException {
        fixture.upstream = request -> request.response().setChunked(true).end("hello");
        try (RawClient client = fixture.connect()) {
            String response = client.send("GET /things HTTP/1.0\r\nConnection: keep-alive\r\nX-Api-Key: "
                            + ProxyFixture.KEY + "\r\n\r\n")
                    .readAll();
            assertThat(response).endsWith("\r\n\r\nhello").doesNotContainIgnoringCase("transfer-encoding");
        }
    }
}
