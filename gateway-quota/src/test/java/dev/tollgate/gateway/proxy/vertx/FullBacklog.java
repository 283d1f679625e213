package dev.tollgate.gateway.proxy.vertx;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.List;

/// A listening port whose queue of connections is full: further ones are neither accepted nor refused.
final class FullBacklog implements AutoCloseable {

    private static final int CONNECTIONS_MAX = 16;
    private static final int CONNECT_MS_MAX = 150;

    private final ServerSocket server;
    private final List<Socket> waiting = new ArrayList<>();

    FullBacklog() {
        try {
            server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }

    /// Fills the queue.
    void fill() throws IOException {
        for (int i = 0; i < CONNECTIONS_MAX; i++) {
            Socket socket = new Socket();
            waiting.add(socket);
            try {
                socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port()), CONNECT_MS_MAX);
            } catch (SocketTimeoutException full) {
                return;
            }
        }
        throw new IllegalStateException("the queue does not fill");
    }

    int port() {
        return server.getLocalPort();
    }

    @Override
    public void close() {
        try {
            for (Socket socket : waiting) {
                socket.close();
            }
            server.close();
        } catch (IOException failure) {
            throw new IllegalStateException(failure);
        }
    }
}
