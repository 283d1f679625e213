package dev.tollgate.testing.net;

import dev.tollgate.testing.Await;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/// A TCP proxy on a free loopback port whose behaviour is switched while it runs. It starts by passing everything on.
/// A switch holds for open connections and new ones, and data already taken is never lost or reordered: what a
/// blackhole holds back is passed on when it ends.
///
/// Lock rule: everything that changes is guarded by `lock`; no I/O is done while it is held.
public final class FaultProxy implements AutoCloseable {

    /// A connection beyond this many open ones is reset.
    public static final int CONNECTIONS_MAX = 1_024;

    private static final Duration CLOSE_TAKES_MAX = Duration.ofSeconds(30);

    private final InetSocketAddress target;
    private final ServerSocket listener;
    private final Thread acceptor;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition switched = lock.newCondition();
    private final Set<ProxiedConnection> open = new HashSet<>();
    private Fault fault = new Fault.None();
    private long acceptedCount;
    private boolean closed;

    private FaultProxy(InetSocketAddress target, ServerSocket listener) {
        this.target = target;
        this.listener = listener;
        acceptor = Thread.ofVirtual().name("fault-proxy-accept").start(this::acceptAll);
    }

    /// Starts a proxy in front of `host:port`, which need not listen yet.
    public static FaultProxy to(String host, int port) {
        try {
            var listener = new ServerSocket(0, CONNECTIONS_MAX, InetAddress.getLoopbackAddress());
            return new FaultProxy(InetSocketAddress.createUnresolved(host, port), listener);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not start a proxy to " + host + ":" + port, failed);
        }
    }

    /// The port on 127.0.0.1 to connect to.
    public int port() {
        return listener.getLocalPort();
    }

    /// Connections taken so far, those that were reset at once included.
    public long acceptedCount() {
        lock.lock();
        try {
            return acceptedCount;
        } finally {
            lock.unlock();
        }
    }

    /// Connections open now.
    public int openCount() {
        lock.lock();
        try {
            return open.size();
        } finally {
            lock.unlock();
        }
    }

    /// Passes everything on at once.
    public void pass() {
        become(new Fault.None());
    }

    /// Passes everything on, each way `delay` later.
    public void latency(Duration delay) {
        become(new Fault.Latency(delay));
    }

    /// Resets (RST) the open connections at both ends, and every new one.
    public void reset() {
        become(new Fault.Reset());
        openConnections().forEach(ProxiedConnection::reset);
    }

    /// Keeps connections and takes new ones, and passes nothing on.
    public void blackhole() {
        become(new Fault.Blackhole());
    }

    /// Passes data on at once, and the end of a stream `delay` later.
    public void slowClose(Duration delay) {
        become(new Fault.SlowClose(delay));
    }

    /// Stops listening, closes all connections and returns when they are closed.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            switched.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            listener.close();
        } catch (IOException failed) {
            throw new UncheckedIOException("could not close the proxy's port " + port(), failed);
        }
        openConnections().forEach(ProxiedConnection::close);
        // The port is free only once the thread that was accepting has let go of it.
        Await.until(
                "the proxy's port and connections are closed",
                CLOSE_TAKES_MAX,
                () -> !acceptor.isAlive() && openCount() == 0);
    }

    private void become(Fault next) {
        lock.lock();
        try {
            fault = next;
            switched.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private List<ProxiedConnection> openConnections() {
        lock.lock();
        try {
            return List.copyOf(open);
        } finally {
            lock.unlock();
        }
    }

    private void acceptAll() {
        while (true) {
            try {
                take(listener.accept());
            } catch (IOException noMore) {
                return;
            }
        }
    }

    private void take(Socket client) {
        var connection = new ProxiedConnection(this, client, target);
        boolean refused;
        lock.lock();
        try {
            acceptedCount++;
            refused = closed || fault instanceof Fault.Reset || open.size() >= CONNECTIONS_MAX;
            if (!refused) {
                open.add(connection);
            }
        } finally {
            lock.unlock();
        }
        if (refused) {
            connection.reset();
        } else {
            connection.start();
        }
    }

    /// The fault in force now.
    Fault fault() {
        lock.lock();
        try {
            return fault;
        } finally {
            lock.unlock();
        }
    }

    /// Returns as soon as no blackhole is in force, or the proxy is closed.
    void awaitPassage() throws InterruptedException {
        lock.lock();
        try {
            while (fault instanceof Fault.Blackhole && !closed) {
                switched.await();
            }
        } finally {
            lock.unlock();
        }
    }

    void forget(ProxiedConnection connection) {
        lock.lock();
        try {
            open.remove(connection);
        } finally {
            lock.unlock();
        }
    }
}
