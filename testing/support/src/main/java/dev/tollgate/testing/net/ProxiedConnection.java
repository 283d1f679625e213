package dev.tollgate.testing.net;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.Arrays;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/// One client's connection through a [FaultProxy]. Each direction has a reader, which stamps what it reads with the
/// moment at which to pass it on, and a writer; between them is a bounded queue, so a held-up direction pushes back on
/// its sender.
final class ProxiedConnection {

    private static final int CONNECT_TIMEOUT_MS = 5_000;
    private static final int CHUNK_BYTES_MAX = 16 * 1024;
    private static final int CHUNKS_MAX = 64;
    private static final int DIRECTIONS = 2;

    /// Bytes to pass on at `dueNanos`; none for the end of the stream.
    private record Chunk(byte[] bytes, long dueNanos) {
        boolean isEnd() {
            return bytes.length == 0;
        }
    }

    private final FaultProxy proxy;
    private final Socket client;
    private final Socket server = new Socket();
    private final InetSocketAddress target;
    private final AtomicInteger openDirections = new AtomicInteger(DIRECTIONS);

    ProxiedConnection(FaultProxy proxy, Socket client, InetSocketAddress target) {
        this.proxy = proxy;
        this.client = client;
        this.target = target;
    }

    void start() {
        run("connect", () -> {
            proxy.awaitPassage();
            // Resolved only now: the target may have been unknown when the proxy was made.
            server.connect(new InetSocketAddress(target.getHostString(), target.getPort()), CONNECT_TIMEOUT_MS);
            client.setTcpNoDelay(true);
            server.setTcpNoDelay(true);
            pump(client, server);
            pump(server, client);
        });
    }

    /// Ends both sides with RST.
    void reset() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.setSoLinger(true, 0);
            } catch (IOException closedAlready) {
                // Nothing is left to reset.
            }
        }
        close();
    }

    /// Closes both sides; readers and writers end by that.
    void close() {
        for (Socket socket : new Socket[] {client, server}) {
            try {
                socket.close();
            } catch (IOException closedAlready) {
                // It is closed all the same.
            }
        }
        proxy.forget(this);
    }

    private void pump(Socket from, Socket to) {
        BlockingQueue<Chunk> queue = new ArrayBlockingQueue<>(CHUNKS_MAX);
        run("read", () -> read(from, queue));
        run("write", () -> write(queue, to));
    }

    private void read(Socket from, BlockingQueue<Chunk> queue) throws IOException, InterruptedException {
        byte[] buffer = new byte[CHUNK_BYTES_MAX];
        int length;
        do {
            length = from.getInputStream().read(buffer);
            boolean end = length < 0;
            Chunk chunk = new Chunk(
                    end ? new byte[0] : Arrays.copyOf(buffer, length),
                    System.nanoTime() + proxy.fault().delay(end).toNanos());
            while (!queue.offer(chunk, 1, TimeUnit.SECONDS)) {
                if (client.isClosed()) {
                    return;
                }
            }
        } while (length >= 0);
    }

    private void write(BlockingQueue<Chunk> queue, Socket to) throws IOException, InterruptedException {
        while (!to.isClosed()) {
            Chunk chunk = queue.poll(1, TimeUnit.SECONDS);
            if (chunk == null) {
                continue;
            }
            TimeUnit.NANOSECONDS.sleep(chunk.dueNanos() - System.nanoTime());
            proxy.awaitPassage();
            if (chunk.isEnd()) {
                to.shutdownOutput();
                if (openDirections.decrementAndGet() == 0) {
                    close();
                }
                return;
            }
            to.getOutputStream().write(chunk.bytes());
        }
    }

    private interface Task {
        void run() throws IOException, InterruptedException;
    }

    /// Runs a part of the connection on a thread of its own; if it breaks, both sides are told by RST.
    private void run(String what, Task task) {
        Thread.ofVirtual().name("fault-proxy-" + what).start(() -> {
            try {
                task.run();
            } catch (IOException broken) {
                reset();
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
                reset();
            }
        });
    }
}
