package dev.tollgate.testing.process;

import dev.tollgate.testing.Await;
import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.process.ServiceLauncher.Description;
import dev.tollgate.testing.process.Signals.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A service running in a JVM of its own, which can be hurt and started again. It dies with this JVM, whatever
/// happens to either; failures say what the service logged last.
///
/// Lock rule: the current process is guarded by the object; waiting happens outside of the lock.
public final class ServiceProcess implements AutoCloseable {

    private static final Duration STILL_WITHIN = Duration.ofSeconds(10);
    private static final Duration KILL_TAKES_MAX = Duration.ofSeconds(30);
    private static final Duration LEFT_OVER_GRACE = Duration.ofSeconds(15);
    private static final Duration HEALTH_REQUEST_MAX = Duration.ofSeconds(2);
    private static final int TAIL_LINES = 40;

    private final Description description;
    private final ExitActions.Registration atExit;
    private Process process;

    private ServiceProcess(Description description) {
        this.description = description;
        process = launch();
        atExit = ExitActions.register("kill " + description.name(), this::kill9);
    }

    static ServiceProcess start(Description description) {
        return new ServiceProcess(description);
    }

    public String name() {
        return description.name();
    }

    public Path logFile() {
        return description.logFile();
    }

    /// The process id; it changes with [#restart].
    public long pid() {
        return current().pid();
    }

    public boolean isAlive() {
        return current().isAlive();
    }

    /// Waits until the address answers 200. Throws at once if the process ends.
    public void awaitReady(URI health, Duration deadline) {
        HttpRequest request =
                HttpRequest.newBuilder(health).timeout(HEALTH_REQUEST_MAX).build();
        try (HttpClient client =
                HttpClient.newBuilder().connectTimeout(HEALTH_REQUEST_MAX).build()) {
            awaitWhileAlive(
                    health + " answers 200",
                    deadline,
                    () -> client.send(request, BodyHandlers.discarding()).statusCode() == 200);
        }
    }

    /// Waits until `condition` is true; throws at once, with the end of the log, if the process ends before.
    public void awaitWhileAlive(String what, Duration deadline, Callable<Boolean> condition) {
        Process awaited = current();
        try {
            Await.until(what, deadline, () -> {
                if (!awaited.isAlive()) {
                    throw new AwaitFailed(what + ", but the process ended with " + awaited.exitValue(), null);
                }
                return condition.call();
            });
        } catch (AwaitFailed failed) {
            throw new AwaitFailed(withTail(failed.getMessage()), failed);
        }
    }

    /// Waits until the process has ended by itself; returns its exit code (128 + n if signal n ended it).
    public int awaitExit(Duration deadline) {
        Process awaited = current();
        if (!hasEndedWithin(awaited, deadline)) {
            throw new AwaitFailed(withTail("still runs after " + deadline.toMillis() + " ms"), null);
        }
        return awaited.exitValue();
    }

    /// Ends it as a crash would (SIGKILL); returns when it is gone. Does nothing if it is gone already.
    public void kill9() {
        Process killed = current();
        killed.destroyForcibly();
        if (!hasEndedWithin(killed, KILL_TAKES_MAX)) {
            throw new AwaitFailed(withTail("survives SIGKILL"), null);
        }
        forgetPid();
    }

    /// Freezes it (SIGSTOP), and returns when it stands still: connections stay open and nothing answers.
    public void pause() {
        Signals.send(Signal.STOP, pid());
        Await.until(name() + " stands still", STILL_WITHIN, () -> StandStill.isReached(pid()));
    }

    /// Lets a paused process run on (SIGCONT).
    public void resume() {
        Signals.send(Signal.CONT, pid());
    }

    /// Asks it to end (SIGTERM) and returns its exit code, which is 143 for a JVM that did. Throws if it does not end
    /// in time; it then still runs.
    public int terminate(Duration deadline) {
        Signals.send(Signal.TERM, pid());
        int exitCode = awaitExit(deadline);
        forgetPid();
        return exitCode;
    }

    /// Starts it again with the same settings; kills it first if it still runs. Returns before it is ready.
    public void restart() {
        kill9();
        synchronized (this) {
            process = launch();
        }
    }

    /// The last lines of its log.
    public String logTail(int lines) {
        return LogTail.of(description.logFile(), lines);
    }

    /// Kills it if it still runs. For an orderly end call [#terminate] before.
    @Override
    public void close() {
        kill9();
        atExit.cancel();
    }

    private synchronized Process current() {
        return process;
    }

    private Process launch() {
        Optional<Path> pidFile = Optional.ofNullable(description.pidFile());
        pidFile.ifPresent(file -> PidFile.endLeftOver(file, LEFT_OVER_GRACE));
        try {
            Files.createDirectories(description.logFile().getParent());
            ProcessBuilder builder = new ProcessBuilder(description.command())
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(
                            description.logFile().toFile()));
            builder.environment().putAll(description.environment());
            Path workingDirectory = description.workingDirectory();
            if (workingDirectory != null) {
                builder.directory(workingDirectory.toFile());
            }
            Process started = Children.start(builder, Signal.KILL);
            pidFile.ifPresent(file ->
                    PidFile.of(started.toHandle(), ServiceLauncher.java()).write(file));
            return started;
        } catch (IOException failed) {
            throw new UncheckedIOException("could not start " + description.name(), failed);
        }
    }

    private void forgetPid() {
        Path pidFile = description.pidFile();
        if (pidFile != null) {
            try {
                Files.deleteIfExists(pidFile);
            } catch (IOException failed) {
                throw new UncheckedIOException("could not remove the pid file " + pidFile, failed);
            }
        }
    }

    private String withTail(@Nullable String message) {
        return description.name() + " " + message + "\n--- end of " + description.logFile() + ":\n"
                + logTail(TAIL_LINES);
    }

    private static boolean hasEndedWithin(Process process, Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new AwaitFailed("interrupted while waiting for process " + process.pid(), interrupted);
        }
    }
}
