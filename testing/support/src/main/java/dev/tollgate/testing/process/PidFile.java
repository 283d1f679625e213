package dev.tollgate.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A process written down, so that a later start can find and end what a killed launcher left over. Pids are used
/// again, so a process counts as the same only if its start time and its executable agree too: no foreign process is
/// ever ended.
///
/// The file has three lines: the pid, the start time in milliseconds since the epoch, the executable's real path.
public record PidFile(long pid, Instant startedAt, Path executable) {

    /// The operating system derives a start time from the boot time, which moves a little when the clock is set.
    private static final Duration START_TOLERANCE = Duration.ofSeconds(2);

    private static final Duration KILL_TAKES_MAX = Duration.ofSeconds(30);

    /// This JVM.
    public static PidFile ofThisProcess() {
        return of(ProcessHandle.current());
    }

    /// A running process that has already become what it is to be.
    public static PidFile of(ProcessHandle process) {
        String command = process.info()
                .command()
                .orElseThrow(() -> new IllegalStateException("process " + process.pid() + " names no command"));
        return of(process, Path.of(command));
    }

    /// A process just started, whose first command may be a wrapper that only then becomes `executable`.
    public static PidFile of(ProcessHandle process, Path executable) {
        Instant startedAt = process.info()
                .startInstant()
                .orElseThrow(() -> new IllegalStateException("process " + process.pid() + " names no start time"));
        return new PidFile(process.pid(), startedAt, realPath(executable));
    }

    /// Replaces the file in one step: a reader sees the old content or the new.
    public void write(Path file) {
        try {
            Path written = file.resolveSibling(file.getFileName() + ".new");
            Files.write(
                    written,
                    List.of(Long.toString(pid), Long.toString(startedAt.toEpochMilli()), executable.toString()));
            Files.move(written, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not write the pid file " + file, failed);
        }
    }

    /// What the file says; empty if there is no such file.
    public static Optional<PidFile> read(Path file) {
        try {
            List<String> lines = Files.readAllLines(file);
            return Optional.of(new PidFile(
                    Long.parseLong(lines.get(0)),
                    Instant.ofEpochMilli(Long.parseLong(lines.get(1))),
                    Path.of(lines.get(2))));
        } catch (NoSuchFileException none) {
            return Optional.empty();
        } catch (NumberFormatException | IndexOutOfBoundsException notOurs) {
            throw new IllegalStateException(file + " is no pid file; remove it if nothing of it runs", notOurs);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not read the pid file " + file, failed);
        }
    }

    /// The process itself, if it still runs.
    public Optional<ProcessHandle> running() {
        return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(this::isTheSame);
    }

    /// Ends the process the file names, if it still runs, and removes the file: SIGTERM, and SIGKILL after `grace`.
    /// Returns whether there was one to end.
    public static boolean endLeftOver(Path file, Duration grace) {
        Optional<PidFile> written = read(file);
        boolean ended = written.flatMap(PidFile::running)
                .map(process -> end(process, grace))
                .orElse(false);
        try {
            Files.deleteIfExists(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("could not remove the pid file " + file, failed);
        }
        return ended;
    }

    private boolean isTheSame(ProcessHandle process) {
        boolean sameStart = process.info()
                .startInstant()
                .map(found -> Duration.between(startedAt, found).abs().compareTo(START_TOLERANCE) <= 0)
                .orElse(false);
        return sameStart
                && process.info()
                        .command()
                        .map(found -> realPath(Path.of(found)).equals(executable))
                        .orElse(false);
    }

    private static boolean end(ProcessHandle process, Duration grace) {
        // A frozen process would never see SIGTERM.
        Signals.send(Signals.Signal.CONT, process.pid());
        Signals.send(Signals.Signal.TERM, process.pid());
        if (!hasEndedWithin(process, grace)) {
            Signals.send(Signals.Signal.KILL, process.pid());
            if (!hasEndedWithin(process, KILL_TAKES_MAX)) {
                throw new IllegalStateException("process " + process.pid() + " survives SIGKILL");
            }
        }
        return true;
    }

    private static boolean hasEndedWithin(ProcessHandle process, Duration limit) {
        try {
            ProcessHandle ended = process.onExit().get(limit.toMillis(), TimeUnit.MILLISECONDS);
            return !ended.isAlive();
        } catch (TimeoutException stillRunning) {
            return false;
        } catch (ExecutionException failed) {
            throw new IllegalStateException("could not wait for process " + process.pid(), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while waiting for process " + process.pid(), interrupted);
        }
    }

    private static Path realPath(Path path) {
        try {
            return path.toRealPath();
        } catch (IOException gone) {
            return path.toAbsolutePath().normalize();
        }
    }
}
