package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.file.FollowedFiles;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// TLS changes who can listen, not what is understood.
class TlsTest {

    private static final TestCertificate FIRST = TestCertificate.make();
    private static final TestCertificate SECOND = TestCertificate.make();
    private static final Duration SOON = Duration.ofSeconds(15);
    private static final String KEY = "X-Api-Key: " + ProxyFixture.KEY + "\r\n";
    private static final String GET = "GET /things HTTP/1.1\r\nHost: a\r\n" + KEY + "\r\n";

    private final Path folder;
    private final ProxyFixture fixture;
    private final List<String> reached = new CopyOnWriteArrayList<>();

    TlsTest(@TempDir Path folder) {
        this.folder = folder;
        fixture = new ProxyFixture(folder.resolve("journal"), ClientSettings.DEFAULT, Optional.of(FIRST));
    }

    @BeforeEach
    void listen() {
        fixture.upstream = request -> {
            reached.add(request.path());
            request.response().end("ok");
        };
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private RawClient tls(TestCertificate trusted, String... protocols) throws IOException, GeneralSecurityException {
        return new RawClient(trusted.connect(fixture.proxy.tlsPort(), protocols));
    }

    @Test
    void http1IsReadAsStrictlyAsWithoutTls() throws Exception {
        List<String> bad = List.of(
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: 3~Transfer-Encoding: chunked~~0~~GET /things/smuggled HTTP/1.1~Host: a~KEY~",
                "POST /things HTTP/1.1~Host: a~KEYContent-Length: 3~Content-Length: 4~~abcd",
                "POST /things HTTP/1.1~Host: a~KEYTransfer-Encoding: chunked, identity~~0~~",
                "GET /things HTTP/1.1~Host: a~KEYX-Folded: one~ two~~");
        for (String bytes : bad) {
            try (RawClient client = tls(FIRST)) {
                String answer = client.send(bytes.replace("KEY", KEY).replace("~", "\r\n"))
                        .readAll();
                assertThat(answer).as(bytes).startsWith("HTTP/1.1 400");
                assertThat(answer.split("HTTP/1", -1)).hasSize(2);
            }
        }
        assertThat(reached).isEmpty();
    }

    @Test
    void theVersionsAre12And13() throws Exception {
        for (String version : List.of("TLSv1.2", "TLSv1.3")) {
            try (RawClient client = tls(FIRST, version)) {
                assertThat(client.send(GET).readResponse()).startsWith("HTTP/1.1 200");
            }
        }
        assertThatThrownBy(() -> tls(FIRST, "TLSv1.1")).isInstanceOf(SSLException.class);
    }

    @Test
    void anotherPairIsInForceSoonAndABadOneChangesNothing() throws Exception {
        Path certificate = Files.write(folder.resolve("tls.crt"), FIRST.certificate());
        Path key = Files.write(folder.resolve("tls.key"), FIRST.key());
        try (FollowedFiles followed = FollowedFiles.open(
                        "tls-files",
                        List.of(certificate, key),
                        pair -> fixture.proxy.useCertificate(pair.getFirst(), pair.getLast()));
                RawClient old = tls(FIRST)) {
            assertThat(old.send(GET).readResponse()).startsWith("HTTP/1.1 200");

            Files.write(certificate, SECOND.certificate());
            Await.until("the half pair is told", SOON, () -> followed.fault().contains("does not belong"));
            tls(FIRST).close();

            Files.write(key, SECOND.key());
            Await.until("the pair is taken", SOON, () -> followed.fault().isEmpty());
            try (RawClient client = tls(SECOND)) {
                assertThat(client.send(GET).readResponse()).startsWith("HTTP/1.1 200");
            }
            assertThatThrownBy(() -> tls(FIRST)).isInstanceOf(SSLException.class);
            assertThat(old.send(GET).readResponse()).as("old connections stay").startsWith("HTTP/1.1 200");

            Files.writeString(key, "no key at all");
            Await.until("nonsense is told", SOON, () -> followed.fault().contains("cannot be read"));
            tls(SECOND).close();
        }
    }
}
