package dev.tollgate.testing.net;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.ThreadLocalRandom;

/// Finds loopback ports for servers that must know their port before they start.
public final class Ports {

    /// Below the range from which Linux takes ports for outgoing connections, so that no client of another test
    /// sits on the port by chance before the server binds it.
    private static final int FIRST = 15_000;

    private static final int END = 32_000;
    private static final int ATTEMPTS_MAX = 100;

    private Ports() {}

    /// A port on 127.0.0.1 that nobody listens on now. Another process may still take it first, so a caller that
    /// can try again should.
    public static int free() {
        for (int attempt = 0; attempt < ATTEMPTS_MAX; attempt++) {
            int port = ThreadLocalRandom.current().nextInt(FIRST, END);
            if (isFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException(
                "no free port on 127.0.0.1 in " + FIRST + ".." + (END - 1) + " after " + ATTEMPTS_MAX + " attempts");
    }

    /// Whether a server could listen on this port of 127.0.0.1 now.
    public static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            return true;
        } catch (IOException taken) {
            return false;
        }
    }
}
