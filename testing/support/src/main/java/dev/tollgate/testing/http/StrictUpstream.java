package dev.tollgate.testing.http;

import dev.tollgate.testing.Await;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/// An upstream that reads requests by the letter of RFC 9112, keeps what it saw, and answers each whole request with
/// 200 and `ok`. What the letter forbids is kept as a violation and ends the connection. One virtual thread per
/// connection; everything may be called from any thread.
public final class StrictUpstream implements AutoCloseable {

    /// How many requests are kept; later ones are only counted.
    public static final int KEPT_MAX = 10_000;

    private static final Duration IDLE_WITHIN = Duration.ofSeconds(5);
    private static final byte[] OK =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok".getBytes(StandardCharsets.ISO_8859_1);
    private static final byte[] OK_TO_HEAD =
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private static final byte[] CONTINUE = "HTTP/1.1 100 Continue\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);

    private final ServerSocket server;
    private final ConcurrentLinkedQueue<UpstreamRequest> seen = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> violations = new ConcurrentLinkedQueue<>();
    private final AtomicInteger inProgress = new AtomicInteger();
    private final AtomicInteger connections = new AtomicInteger();
    private final AtomicLong begun = new AtomicLong();
    private final AtomicLong completed = new AtomicLong();

    public StrictUpstream() {
        try {
            server = new ServerSocket(0, 200, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new IllegalStateException("the upstream cannot listen", failure);
        }
        Thread.ofVirtual().start(this::accept);
    }

    public int port() {
        return server.getLocalPort();
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                connections.incrementAndGet();
                Thread.ofVirtual().start(() -> serve(socket));
            } catch (IOException closed) {
                return;
            }
        }
    }

    private void serve(Socket socket) {
        try (socket) {
            socket.setTcpNoDelay(true);
            RequestReader reader = new RequestReader(new BufferedInputStream(socket.getInputStream()));
            while (serveOne(reader, socket)) {
                // The next request on the connection.
            }
        } catch (IOException gone) {
            // The other side has gone; what it left unfinished is no request.
        } finally {
            connections.decrementAndGet();
        }
    }

    private boolean serveOne(RequestReader reader, Socket socket) throws IOException {
        if (!reader.begins()) {
            return false;
        }
        inProgress.incrementAndGet();
        try {
            RequestReader.Head head = reader.head();
            begun.incrementAndGet();
            if (head.expectsContinue()) {
                socket.getOutputStream().write(CONTINUE);
            }
            UpstreamRequest request = reader.request(head);
            completed.incrementAndGet();
            if (seen.size() < KEPT_MAX) {
                seen.add(request);
            }
            socket.getOutputStream().write(head.method().equals("HEAD") ? OK_TO_HEAD : OK);
            return true;
        } catch (RequestReader.Violation violation) {
            violations.add(String.valueOf(violation.getMessage()));
            return false;
        } finally {
            inProgress.decrementAndGet();
        }
    }

    /// The whole requests since the last call, in order of their ends; waits for those of which a part is there.
    public List<UpstreamRequest> take() {
        awaitIdle();
        List<UpstreamRequest> taken = List.copyOf(seen);
        seen.removeAll(taken);
        return taken;
    }

    /// Returns when every request that began has ended, or its connection has.
    public void awaitIdle() {
        Await.until("every request at the upstream is over", IDLE_WITHIN, () -> inProgress.get() == 0);
    }

    /// What was sent against the letter, so far.
    public List<String> violations() {
        return List.copyOf(violations);
    }

    /// Connections that are open.
    public int connections() {
        return connections.get();
    }

    /// Requests whose head was there.
    public long begun() {
        return begun.get();
    }

    /// Requests that were there to their end.
    public long completed() {
        return completed.get();
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
