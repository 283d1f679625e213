package dev.tollgate.testing.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.Await;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class FaultProxyTest {

    private static final Duration DELAY = Duration.ofMillis(300);

    private final Echo echo = new Echo();
    private final FaultProxy proxy = FaultProxy.to("127.0.0.1", echo.port());

    @AfterEach
    void closeBoth() {
        proxy.close();
        echo.close();
    }

    @Test
    void passesBothWaysAndCounts() throws IOException {
        try (Socket first = connect();
                Socket second = connect()) {
            assertThat(ask(first, "a")).isEqualTo("a");
            assertThat(ask(second, "b")).isEqualTo("b");
            assertThat(proxy.acceptedCount()).isEqualTo(2);
            assertThat(proxy.openCount()).isEqualTo(2);
            first.shutdownOutput();
            assertThat(first.getInputStream().read()).isEqualTo(-1);
        }
        Await.until("both are closed", Duration.ofSeconds(30), () -> proxy.openCount() == 0);
    }

    @Test
    void delaysBothWaysUnderLatency() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "a")).isEqualTo("a");
            proxy.latency(DELAY);
            long startNanos = System.nanoTime();
            assertThat(ask(socket, "b")).isEqualTo("b");
            assertThat(elapsedSince(startNanos)).isGreaterThanOrEqualTo(DELAY.multipliedBy(2));
        }
    }

    @Test
    void resetsOpenAndNewConnections() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, "a")).isEqualTo("a");
            proxy.reset();
            assertThatThrownBy(() -> ask(open, "b")).isInstanceOf(SocketException.class);
            assertThatThrownBy(() -> {
                        try (Socket fresh = connect()) {
                            ask(fresh, "c");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
        proxy.pass();
        try (Socket again = connect()) {
            assertThat(ask(again, "d")).isEqualTo("d");
        }
    }

    @Test
    void swallowsInABlackholeAndPassesOnWhenItEnds() throws IOException {
        try (Socket open = connect()) {
            assertThat(ask(open, "a")).isEqualTo("a");
            proxy.blackhole();
            try (Socket fresh = connect()) {
                open.setSoTimeout(150);
                fresh.setSoTimeout(150);
                assertThatThrownBy(() -> ask(open, "b")).isInstanceOf(SocketTimeoutException.class);
                assertThatThrownBy(() -> ask(fresh, "c")).isInstanceOf(SocketTimeoutException.class);
                assertThat(echo.acceptedCount()).isEqualTo(1);
                proxy.pass();
                open.setSoTimeout(30_000);
                fresh.setSoTimeout(30_000);
                assertThat(open.getInputStream().read()).isEqualTo('b');
                assertThat(fresh.getInputStream().read()).isEqualTo('c');
            }
        }
    }

    @Test
    void passesOnTheEndOfAStreamLateUnderSlowClose() throws IOException {
        proxy.slowClose(DELAY);
        try (Socket socket = connect()) {
            assertThat(ask(socket, "a")).isEqualTo("a");
            long startNanos = System.nanoTime();
            socket.shutdownOutput();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(elapsedSince(startNanos)).isGreaterThanOrEqualTo(DELAY.multipliedBy(2));
        }
    }

    @Test
    void resetsAConnectionWhoseTargetIsAway() throws IOException {
        echo.close();
        try (Socket socket = connect()) {
            assertThatThrownBy(() -> {
                        if (socket.getInputStream().read() >= 0) {
                            throw new AssertionError("somebody answered");
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void closesWhatIsOpen() throws IOException {
        try (Socket socket = connect()) {
            assertThat(ask(socket, "a")).isEqualTo("a");
            proxy.blackhole();
            proxy.close();
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
            assertThat(Ports.isFree(proxy.port())).isTrue();
        }
    }

    private Socket connect() throws IOException {
        var socket = new Socket(InetAddress.getLoopbackAddress(), proxy.port());
        socket.setSoTimeout(30_000);
        return socket;
    }

    private static String ask(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
        return new String(socket.getInputStream().readNBytes(text.length()), StandardCharsets.UTF_8);
    }

    private static Duration elapsedSince(long startNanos) {
        return Duration.ofNanos(System.nanoTime() - startNanos);
    }

    /// Sends back what it gets, and ends a stream when its client does.
    private static final class Echo implements AutoCloseable {
        private final ServerSocket listener;
        private volatile int accepted;

        Echo() {
            try {
                listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
            Thread.ofVirtual().start(this::acceptAll);
        }

        int port() {
            return listener.getLocalPort();
        }

        int acceptedCount() {
            return accepted;
        }

        private void acceptAll() {
            try {
                for (int count = 1; ; count++) {
                    Socket socket = listener.accept();
                    accepted = count;
                    Thread.ofVirtual().start(() -> answer(socket));
                }
            } catch (IOException closed) {
                // The test is over.
            }
        }

        private static void answer(Socket socket) {
            try (socket) {
                socket.getInputStream().transferTo(socket.getOutputStream());
            } catch (IOException reset) {
                // The proxy ended it.
            }
        }

        @Override
        public void close() {
            try {
                listener.close();
            } catch (IOException failed) {
                throw new IllegalStateException(failed);
            }
        }
    }
}
