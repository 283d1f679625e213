package dev.tollgate.testing.postgres;

import dev.tollgate.testing.Await;
import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.Children;
import dev.tollgate.testing.process.ExitActions;
import dev.tollgate.testing.process.LogTail;
import dev.tollgate.testing.process.Signals;
import dev.tollgate.testing.process.Signals.Signal;
import dev.tollgate.testing.process.TemporaryFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A server run from the embedded binaries.
///
/// Lock rule: all that changes is guarded by the object.
final class LocalPostgres implements PostgresServer {

    private static final Duration READY_WITHIN = Duration.ofSeconds(180);
    private static final Duration FAST_SHUTDOWN_MAX = Duration.ofSeconds(20);
    private static final Duration KILL_TAKES_MAX = Duration.ofSeconds(30);
    private static final int PORT_ATTEMPTS_MAX = 5;
    private static final int TAIL_LINES = 30;

    /// The data directories that servers of this JVM run on.
    private static final Set<Path> IN_USE = ConcurrentHashMap.newKeySet();

    private final Options options;
    private final Cluster cluster;
    private final ServerProcesses processes;
    private final ExitActions.Registration atExit;
    private int port;
    private @Nullable Process postmaster;
    private boolean closed;

    private LocalPostgres(Options options) {
        this.options = options;
        cluster = new Cluster(options.dataDirectory());
        processes = ServerProcesses.of(options.dataDirectory());
        port = options.port();
        atExit = ExitActions.register("stop PostgreSQL on " + options.dataDirectory(), this::close);
    }

    static LocalPostgres start(Options options) {
        if (!IN_USE.add(options.dataDirectory())) {
            throw new IllegalStateException("a server of this JVM already runs on " + options.dataDirectory());
        }
        LocalPostgres server = new LocalPostgres(options);
        try {
            server.cluster.claim();
        } catch (RuntimeException refused) {
            server.atExit.cancel();
            IN_USE.remove(options.dataDirectory());
            throw refused;
        }
        try {
            server.takeOver();
            server.launch();
            return server;
        } catch (RuntimeException failed) {
            server.abandon();
            throw failed;
        }
    }

    private synchronized void takeOver() {
        processes.kill();
        cluster.initialise(options.fsync());
    }

    /// Starts a postmaster and waits until it takes connections. With a free choice of port it tries another one if
    /// somebody was quicker.
    private synchronized void launch() {
        boolean chooses = port == 0;
        for (int attempt = 1; ; attempt++) {
            if (chooses) {
                port = Ports.free();
            }
            try {
                launchOnce();
                return;
            } catch (IOException failed) {
                throw new UncheckedIOException("could not start PostgreSQL on " + options.dataDirectory(), failed);
            } catch (AwaitFailed failed) {
                boolean portTaken = chooses && logTail(TAIL_LINES).contains("could not bind");
                if (!portTaken || attempt == PORT_ATTEMPTS_MAX) {
                    throw failed;
                }
            }
        }
    }

    private synchronized void launchOnce() throws IOException {
        ProcessBuilder builder = new ProcessBuilder(cluster.serverCommand(port, options.fsync(), options.settings()))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(cluster.log().toFile()));
        // Should this JVM be killed, nobody is left to use the server: it shuts down fast and clean.
        Process started = Children.start(Unprivileged.find().prefix(), builder, Signal.INT);
        postmaster = started;
        Await.until("PostgreSQL on " + options.dataDirectory() + " takes connections", READY_WITHIN, () -> {
            if (!started.isAlive()) {
                throw new AwaitFailed(
                        "PostgreSQL ended with " + started.exitValue() + " at its start:\n" + logTail(TAIL_LINES),
                        null);
            }
            return cluster.isReady(started.pid());
        });
    }

    private void abandon() {
        try {
            kill9();
        } finally {
            forget();
        }
    }

    private void forget() {
        atExit.cancel();
        IN_USE.remove(options.dataDirectory());
        cluster.release();
    }

    @Override
    public synchronized int port() {
        return port;
    }

    @Override
    public String host() {
        return "127.0.0.1";
    }

    @Override
    public synchronized long pid() {
        return running().pid();
    }

    @Override
    public synchronized boolean isRunning() {
        return postmaster != null && postmaster.isAlive();
    }

    @Override
    public synchronized void kill9() {
        if (postmaster != null) {
            // The postmaster first: it restarts what dies below it.
            Signals.send(Signal.KILL, postmaster.pid());
            awaitEnd(postmaster);
        }
        processes.kill();
    }

    @Override
    public synchronized void pause() {
        // The postmaster first: nobody is born meanwhile.
        Signals.send(Signal.STOP, running().pid());
        processes.send(Signal.STOP);
    }

    @Override
    public synchronized void resume() {
        processes.send(Signal.CONT);
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException("the server on " + options.dataDirectory() + " is closed");
        }
        if (isRunning()) {
            stop(Signal.INT);
        }
        processes.kill();
        launch();
    }

    @Override
    public String logTail(int lines) {
        return LogTail.of(cluster.log(), lines);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try {
            if (isRunning()) {
                resume();
                // Data that is thrown away needs no last checkpoint.
                stop(options.keepData() ? Signal.INT : Signal.QUIT);
            }
            processes.kill();
        } finally {
            forget();
        }
        if (!options.keepData()) {
            TemporaryFolders.delete(options.dataDirectory());
        }
    }

    private synchronized void stop(Signal how) {
        Process ending = running();
        Signals.send(how, ending.pid());
        try {
            if (!ending.waitFor(FAST_SHUTDOWN_MAX.toMillis(), TimeUnit.MILLISECONDS)) {
                kill9();
            }
        } catch (InterruptedException interrupted) {
            kill9();
            Thread.currentThread().interrupt();
        }
    }

    private synchronized Process running() {
        if (postmaster == null || !postmaster.isAlive()) {
            throw new IllegalStateException("PostgreSQL on " + options.dataDirectory() + " does not run");
        }
        return postmaster;
    }

    private static void awaitEnd(Process process) {
        Await.until("process " + process.pid() + " has ended", KILL_TAKES_MAX, () -> !process.isAlive());
    }
}
