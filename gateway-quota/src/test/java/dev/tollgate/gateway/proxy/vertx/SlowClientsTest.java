package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.TrustedProxies;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Clients that take their time cost the others nothing, and are sent away.
class SlowClientsTest {

    private static final int SLOW = 500;
    private static final int REQUESTS = 100;
    private static final int CONNECTIONS_MAX = 600;
    private static final Duration HEAD_TIMEOUT = Duration.ofSeconds(3);
    private static final String GET = "GET /things HTTP/1.1\r\nHost: a\r\nX-Api-Key: " + ProxyFixture.KEY + "\r\n\r\n";

    private final ProxyFixture fixture;

    SlowClientsTest(@TempDir Path folder) {
        ClientSettings clients =
                new ClientSettings(HEAD_TIMEOUT, 1_000, 20, CONNECTIONS_MAX, true, 100, TrustedProxies.NONE);
        fixture = new ProxyFixture(folder, clients, Optional.empty());
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    private long nanosOfRequests() throws IOException {
        try (RawClient client = fixture.connect()) {
            long begin = System.nanoTime();
            for (int i = 0; i < REQUESTS; i++) {
                assertThat(client.send(GET).readResponse()).startsWith("HTTP/1.1 200");
            }
            return System.nanoTime() - begin;
        }
    }

    @Test
    void fiveHundredClientsThatDribbleDoNotHoldTheOthersUp() throws Exception {
        nanosOfRequests();
        long alone = nanosOfRequests();
        AtomicBoolean dribbling = new AtomicBoolean(true);
        AtomicInteger ended = new AtomicInteger();
        List<Socket> slow = new ArrayList<>();
        for (int i = 0; i < SLOW; i++) {
            slow.add(new Socket(InetAddress.getLoopbackAddress(), fixture.proxy.port()));
        }
        Thread dribbler = Thread.ofPlatform().start(() -> {
            for (int at = 0; dribbling.get(); at++) {
                for (Socket socket : slow) {
                    dribble(socket, GET.charAt(at % 20), ended);
                }
            }
        });
        long among = nanosOfRequests();
        assertThat(among).as("nanoseconds, alone " + alone).isLessThan(5 * alone + 1_000_000_000L);
        Await.until("all slow ones are sent away", HEAD_TIMEOUT.plusSeconds(15), () -> ended.get() == SLOW);
        dribbling.set(false);
        dribbler.join();
        for (Socket socket : slow) {
            socket.close();
        }
        assertThat(nanosOfRequests()).isPositive();
    }

    /// Sends one byte, if the gateway still listens.
    private static void dribble(Socket socket, char next, AtomicInteger ended) {
        try {
            if (!socket.isClosed()) {
                socket.getOutputStream().write(next);
                if (socket.getInputStream().available() > 0) {
                    socket.close();
                    ended.incrementAndGet();
                }
            }
        } catch (IOException gone) {
            ended.incrementAndGet();
            try {
                socket.close();
            } catch (IOException failure) {
                throw new IllegalStateException(failure);
            }
        }
    }

    @Test
    void aHeadThatIsNotCompleteInTimeIs408AndASilentConnectionEnds() throws IOException {
        try (RawClient silent = fixture.connect();
                RawClient slow = fixture.connect();
                RawClient second = fixture.connect()) {
            slow.send("GET /things HT");
            second.send(GET);
            assertThat(second.readResponse()).startsWith("HTTP/1.1 200");
            second.send("GET /th");
            assertThat(slow.readAll()).startsWith("HTTP/1.1 408").contains("application/problem+json");
            assertThat(silent.readAll()).isEmpty();
            assertThat(second.readAll()).startsWith("HTTP/1.1 408");
        }
    }

    @Test
    void moreConnectionsThanAllowedEndAtOnceAndMoreFieldsAre431() throws IOException {
        List<RawClient> open = new ArrayList<>();
        try {
            for (int i = 0; i < CONNECTIONS_MAX; i++) {
                open.add(fixture.connect());
            }
            assertThat(open.getFirst().send(GET).readResponse()).startsWith("HTTP/1.1 200");
            try (RawClient surplus = fixture.connect()) {
                assertThat(surplus.readAll()).isEmpty();
            }
        } finally {
            for (RawClient client : open) {
                client.close();
            }
        }
        Await.until("there is room again", Duration.ofSeconds(10), () -> {
            try (RawClient client = fixture.connect()) {
                return client.send(GET).readResponse().startsWith("HTTP/1.1 200");
            } catch (IOException refused) {
                return false;
            }
        });
        try (RawClient client = fixture.connect()) {
            assertThat(client.send("GET /things HTTP/1.1\r\nHost: a\r\n" + "A: b\r\n".repeat(20) + "\r\n")
                            .readResponse())
                    .startsWith("HTTP/1.1 431");
        }
    }
}
