package dev.tollgate.bench.gateway;

import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.process.Children;
import dev.tollgate.testing.process.ExitActions;
import dev.tollgate.testing.process.Signals;
import dev.tollgate.testing.process.Signals.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/// A process on given cores that ends with this JVM. Used by one thread.
final class PinnedProcess implements AutoCloseable {

    private static final int STOP_SECONDS_MAX = 40;

    private final List<String> command;
    private final Path log;
    private final Process process;
    private final ExitActions.Registration atExit;

    private PinnedProcess(List<String> command, Path log, Process process) {
        this.command = command;
        this.log = log;
        this.process = process;
        this.atExit = ExitActions.register("end " + command.getFirst(), this::end);
    }

    /// @param cores as `taskset -c` takes them
    static PinnedProcess start(String cores, List<String> command, Map<String, String> environment, Path log) {
        List<String> whole = new ArrayList<>(List.of("taskset", "-c", cores));
        whole.addAll(command);
        ProcessBuilder builder = new ProcessBuilder(new ArrayList<>(whole))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(log.toAbsolutePath().getParent());
            // TERM, on which a master takes its workers along.
            return new PinnedProcess(List.copyOf(whole), log, Children.start(builder, Signal.TERM));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot start " + String.join(" ", whole), failed);
        }
    }

    /// What was run, `taskset` included.
    List<String> command() {
        return command;
    }

    /// The process and the processes it started.
    List<Long> pids() {
        List<Long> pids = new ArrayList<>(List.of(process.pid()));
        process.descendants().map(ProcessHandle::pid).forEach(pids::add);
        return pids;
    }

    void requireAlive() {
        if (!process.isAlive()) {
            throw new AwaitFailed(
                    command.get(3) + " ended with " + process.exitValue() + "; its log ends with\n" + tail(), null);
        }
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 25), lines.size()));
        } catch (IOException unreadable) {
            return log + " is not readable: " + unreadable;
        }
    }

    @Override
    public void close() {
        end();
        atExit.cancel();
    }

    private void end() {
        if (!process.isAlive()) {
            return;
        }
        Signals.send(Signal.TERM, process.pid());
        try {
            if (!process.waitFor(STOP_SECONDS_MAX, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException interrupted) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
