package dev.tollgate.testing.postgres;

import dev.tollgate.testing.Await;
import dev.tollgate.testing.process.Signals;
import dev.tollgate.testing.process.Signals.Signal;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/// The processes of one cluster: postmaster, backends, and those whose postmaster is dead already. They are known by
/// what they run and by where they stand: PostgreSQL changes into its data directory, and nobody else does.
final class ServerProcesses {

    private static final Path PROCESSES = Path.of("/proc");
    private static final Duration GONE_WITHIN = Duration.ofSeconds(30);

    private final Path dataDirectory;

    private ServerProcesses(Path dataDirectory) {
        this.dataDirectory = dataDirectory;
    }

    static ServerProcesses of(Path dataDirectory) {
        return new ServerProcesses(dataDirectory);
    }

    List<Long> pids() {
        List<Long> pids = new ArrayList<>();
        try {
            if (!Files.isDirectory(dataDirectory)) {
                return pids;
            }
            Path standing = dataDirectory.toRealPath();
            try (DirectoryStream<Path> processes = Files.newDirectoryStream(PROCESSES, "[0-9]*")) {
                for (Path process : processes) {
                    if (isOf(process, standing)) {
                        pids.add(Long.parseLong(process.getFileName().toString()));
                    }
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("could not look for the processes of " + dataDirectory, failed);
        }
        return pids;
    }

    /// Kills all of them and returns when they are gone: a new postmaster refuses to start while one is attached to
    /// the old one's shared memory.
    void kill() {
        Await.until("the processes of " + dataDirectory + " are gone", GONE_WITHIN, () -> {
            List<Long> alive = pids();
            Signals.send(Signal.KILL, alive);
            return alive.isEmpty();
        });
    }

    void send(Signal signal) {
        Signals.send(signal, pids());
    }

    private static boolean isOf(Path process, Path standing) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(standing)
                    && program(process).startsWith("postgres");
        } catch (IOException goneOrForeign) {
            return false;
        }
    }

    private static String program(Path process) throws IOException {
        Path name = Files.readSymbolicLink(process.resolve("exe")).getFileName();
        return name == null ? "" : name.toString();
    }
}
