package dev.tollgate.gateway.proxy.vertx;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// An upstream that answers each request head with exactly the bytes it is told.
final class RawUpstream implements AutoCloseable {

    /// Answers one request.
    interface Script {
        void answer(String head, OutputStream to) throws Exception;
    }

    /// Has the whole connection after a request's head, and ends it when it returns.
    interface Conversation {
        void have(String head, InputStream from, OutputStream to) throws Exception;
    }

    final AtomicInteger connections = new AtomicInteger();
    final AtomicInteger requests = new AtomicInteger();
    final AtomicInteger ended = new AtomicInteger();
    volatile Script script = (head, to) -> to.write(bytes("HTTP/1.1 200 OK~Content-Length: 2~~ok"));
    volatile @Nullable Conversation conversation;
    private final ServerSocket server;

    RawUpstream() {
        try {
            server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
        Thread.ofVirtual().start(this::accept);
    }

    /// `~` stands for CRLF.
    static byte[] bytes(String text) {
        return text.replace("~", "\r\n").getBytes(StandardCharsets.ISO_8859_1);
    }

    int port() {
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
            InputStream in = socket.getInputStream();
            StringBuilder head = new StringBuilder();
            for (int b = in.read(); b >= 0; b = in.read()) {
                head.append((char) b);
                if (head.length() >= 4 && head.substring(head.length() - 4).equals("\r\n\r\n")) {
                    requests.incrementAndGet();
                    Conversation whole = conversation;
                    if (whole != null) {
                        whole.have(head.toString(), in, socket.getOutputStream());
                        return;
                    }
                    script.answer(head.toString(), socket.getOutputStream());
                    head.setLength(0);
                }
            }
        } catch (Exception broken) {
            // The gateway has closed the connection, which is counted below.
        } finally {
            ended.incrementAndGet();
        }
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
