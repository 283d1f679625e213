package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.net.SelfSignedCertificate;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.CRC32C;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// A proxy with a heap of 256 MB, which is also the bound of its buffers outside the heap.
class LargeBodiesTest {

    private static final String HEAP_MAX = "256m";
    private static final long BODY_BYTES = 2L << 30;
    private static final int BLOCK_BYTES = 1 << 20;

    /// What may be on its way between a sender and a reader that does not read: the buffers of both connections.
    private static final long STANDING_BYTES_MAX = 64L << 20;

    private static final Duration SOON = Duration.ofSeconds(60);
    private static final String PASSWORD = "changeit";

    private final Path folder;

    LargeBodiesTest(@TempDir Path folder) {
        this.folder = folder;
    }

    /// Bytes of a random generator with a seed, and how many there were and their checksum.
    private static final class Flow {

        final AtomicLong bytes = new AtomicLong();
        final CRC32C checksum = new CRC32C();

        void send(OutputStream to, long seed) throws IOException {
            byte[] block = new byte[BLOCK_BYTES];
            new Random(seed).nextBytes(block);
            for (long left = BODY_BYTES; left > 0; left -= BLOCK_BYTES) {
                block[0] = (byte) (left >> 20);
                block[1] = (byte) (left >> 28);
                to.write(block);
                checksum.update(block);
                bytes.addAndGet(BLOCK_BYTES);
            }
            to.flush();
        }

        void receive(InputStream from) throws IOException {
            byte[] block = new byte[BLOCK_BYTES];
            while (bytes.get() < BODY_BYTES) {
                int read = from.read(block, 0, (int) Math.min(BLOCK_BYTES, BODY_BYTES - bytes.get()));
                if (read < 0) {
                    throw new EOFException("after " + bytes);
                }
                checksum.update(block, 0, read);
                bytes.addAndGet(read);
            }
        }

        /// Waits until nothing has been sent for a while, since nobody reads.
        void awaitStanding() {
            long[] last = {-1, 0};
            Await.until("the sender stands still", SOON, () -> {
                long now = bytes.get();
                last[1] = now == last[0] && now > 0 ? last[1] + 1 : 0;
                last[0] = now;
                return last[1] > 10;
            });
            assertThat(bytes.get()).isLessThan(STANDING_BYTES_MAX);
        }
    }

    @Test
    void bodiesOfTwoGibibytesPassBothWaysAtOnceAlsoWhenOneSideDoesNotReadForAWhile() throws Exception {
        Flow uploadSent = new Flow();
        Flow uploadSeen = new Flow();
        Flow downloadSent = new Flow();
        Flow downloadSeen = new Flow();
        Vertx vertx = Vertx.vertx();
        try (RawUpstream upload = new RawUpstream();
                RawUpstream download = new RawUpstream()) {
            upload.conversation = (head, from, to) -> {
                uploadSent.awaitStanding();
                uploadSeen.receive(from);
                to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: 0~~"));
            };
            download.conversation = (head, from, to) -> {
                to.write(RawUpstream.bytes("HTTP/1.1 200 OK~Content-Length: " + BODY_BYTES + "~~"));
                downloadSent.send(to, 2);
            };
            SelfSignedCertificate certificate = SelfSignedCertificate.create("localhost");
            HttpServer tls = tlsUpstream(vertx, certificate);
            try (ServiceProcess process = start(certificate, upload, download, tls)) {
                int port = port(process);
                CompletableFuture<Void> sending = CompletableFuture.runAsync(() -> upload(port, uploadSent));
                CompletableFuture<Void> reading =
                        CompletableFuture.runAsync(() -> download(port, downloadSent, downloadSeen));
                CompletableFuture.allOf(sending, reading).get(150, TimeUnit.SECONDS);
                try (RawClient client = new RawClient(port)) {
                    assertThat(client.send(request("GET /2 HTTP/1.1")).readResponse())
                            .as("an upstream over TLS that the JVM trusts")
                            .startsWith("HTTP/1.1 200")
                            .endsWith("safe");
                }
                Path events = folder.resolve(ProxyProcessMain.EVENTS);
                process.awaitWhileAlive("the events", SOON, () -> Files.exists(events));
                assertThat(Files.readAllLines(events))
                        .containsExactlyInAnyOrder(
                                "/0 200 " + BODY_BYTES + " 0", "/1 200 0 " + BODY_BYTES, "/2 200 0 4");
            }
        } finally {
            vertx.close().await();
        }
        assertThat(uploadSeen.checksum.getValue()).isEqualTo(uploadSent.checksum.getValue());
        assertThat(downloadSeen.checksum.getValue()).isEqualTo(downloadSent.checksum.getValue());
    }

    private static HttpServer tlsUpstream(Vertx vertx, SelfSignedCertificate certificate) {
        return vertx.createHttpServer(new HttpServerOptions()
                        .setSsl(true)
                        .setKeyCertOptions(certificate.keyCertOptions())
                        .setHost("localhost")
                        .setPort(0))
                .requestHandler(request -> request.response().end("safe"))
                .listen()
                .await();
    }

    private ServiceProcess start(
            SelfSignedCertificate certificate, RawUpstream upload, RawUpstream download, HttpServer tls)
            throws Exception {
        Path trusted = folder.resolve("trusted.p12");
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        try (InputStream in = Files.newInputStream(Path.of(certificate.certificatePath()))) {
            store.setCertificateEntry(
                    "upstream", CertificateFactory.getInstance("X.509").generateCertificate(in));
        }
        try (OutputStream out = Files.newOutputStream(trusted)) {
            store.store(out, PASSWORD.toCharArray());
        }
        return ServiceLauncher.of("proxy")
                .mainClass(ProxyProcessMain.class.getName())
                .classpath(Classpaths.current())
                .smallJvm(HEAP_MAX)
                .systemProperty("javax.net.ssl.trustStore", trusted.toString())
                .systemProperty("javax.net.ssl.trustStorePassword", PASSWORD)
                .arguments(
                        folder.toString(),
                        "3",
                        "http://127.0.0.1:" + upload.port(),
                        "http://127.0.0.1:" + download.port(),
                        "https://localhost:" + tls.actualPort())
                .logFile(folder.resolve("proxy.log"))
                .start();
    }

    private int port(ServiceProcess process) throws IOException {
        Path file = folder.resolve(ProxyProcessMain.PORT);
        process.awaitWhileAlive("its port", SOON, () -> Files.exists(file));
        return Integer.parseInt(Files.readString(file));
    }

    private static String request(String startLine, String... fields) {
        return startLine + "\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n" + String.join("\r\n", fields)
                + (fields.length == 0 ? "\r\n" : "\r\n\r\n");
    }

    private static void upload(int port, Flow sent) {
        try (RawClient client = new RawClient(port)) {
            client.patient((int) SOON.toMillis());
            client.send(request("PUT /0 HTTP/1.1", "Content-Length: " + BODY_BYTES));
            sent.send(client.out(), 1);
            assertThat(client.readResponse()).startsWith("HTTP/1.1 200");
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }

    private static void download(int port, Flow sent, Flow seen) {
        try (RawClient client = new RawClient(port)) {
            client.patient((int) SOON.toMillis());
            client.send(request("GET /1 HTTP/1.1"));
            assertThat(client.readUntil("\r\n\r\n")).startsWith("HTTP/1.1 200");
            sent.awaitStanding();
            seen.receive(client.in());
        } catch (IOException failed) {
            throw new AssertionError(failed);
        }
    }
}
