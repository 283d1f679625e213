package dev.tollgate.testing.postgres;

import dev.tollgate.testing.process.LogTail;
import dev.tollgate.testing.process.PidFile;
import dev.tollgate.testing.process.TemporaryFolders;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/// A cluster's files: initialising them once, and the command that runs a server on them.
final class Cluster {

    /// What a server gets unless its options say otherwise. No Unix socket: its path may be too long for the system.
    private static final Map<String, String> DEFAULTS = Map.of(
            "listen_addresses", "127.0.0.1",
            "unix_socket_directories", "",
            "max_connections", "200",
            "shared_buffers", "64MB",
            "max_wal_senders", "0",
            "wal_level", "minimal",
            "timezone", "UTC",
            "log_timezone", "UTC",
            "jit", "off",
            "logging_collector", "off");

    private static final long INITDB_MAX_SECONDS = 180;

    private final Path data;

    Cluster(Path data) {
        this.data = data;
    }

    /// The server's log, beside the data.
    Path log() {
        return data.resolveSibling(data.getFileName() + ".log");
    }

    /// Writes down, beside the data, that this JVM runs the server. Throws if a JVM that lives has done so before.
    void claim() {
        PidFile.read(launcherFile()).flatMap(PidFile::running).ifPresent(launcher -> {
            throw new IllegalStateException(
                    "the PostgreSQL data in " + data + " is in use by process " + launcher.pid());
        });
        try {
            Files.createDirectories(data.getParent());
        } catch (IOException failed) {
            throw new UncheckedIOException("could not create the folder of " + data, failed);
        }
        PidFile.ofThisProcess().write(launcherFile());
    }

    void release() {
        try {
            Files.deleteIfExists(launcherFile());
        } catch (IOException failed) {
            throw new UncheckedIOException("could not remove " + launcherFile(), failed);
        }
    }

    private Path launcherFile() {
        return data.resolveSibling(data.getFileName() + ".launcher.pid");
    }

    /// Initialises the data directory unless it is there. The new cluster appears under its name only when it is
    /// whole, so a start that was killed midway leaves nothing half made.
    void initialise(boolean fsync) {
        try {
            if (!Files.exists(data.resolve("PG_VERSION"))) {
                Path making = data.resolveSibling(data.getFileName() + ".initialising");
                TemporaryFolders.delete(making);
                Files.createDirectory(
                        making, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
                initdb(making, fsync);
                Files.move(making, data, StandardCopyOption.ATOMIC_MOVE);
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("could not initialise the PostgreSQL data in " + data, failed);
        }
        Unprivileged.find().own(data, PostgresBinaries.program("postgres"));
    }

    private void initdb(Path making, boolean fsync) throws IOException {
        Path initdb = PostgresBinaries.program("initdb");
        Unprivileged.find().own(making, initdb);
        List<String> command = Unprivileged.find()
                .command(List.of(
                        initdb.toString(),
                        "--pgdata=" + making,
                        "--username=postgres",
                        "--auth=trust",
                        "--encoding=UTF8",
                        // The server's own locale: the same sort order whatever the machine has installed.
                        "--locale-provider=builtin",
                        "--builtin-locale=C.UTF-8",
                        "--locale=C",
                        fsync ? "--sync-method=fsync" : "--no-sync",
                        "--no-instructions"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log().toFile())
                .start();
        try {
            if (!process.waitFor(INITDB_MAX_SECONDS, TimeUnit.SECONDS) || process.exitValue() != 0) {
                throw new IllegalStateException("initdb failed:\n" + LogTail.of(log(), 30));
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while initdb ran", interrupted);
        } finally {
            process.destroyForcibly();
        }
    }

    /// The command that runs the postmaster, for an unprivileged user.
    List<String> serverCommand(int port, boolean fsync, Map<String, String> settings) {
        Map<String, String> all = new TreeMap<>(DEFAULTS);
        all.put("fsync", fsync ? "on" : "off");
        all.putAll(settings);
        List<String> command = new ArrayList<>(List.of(
                PostgresBinaries.program("postgres").toString(), "-D", data.toString(), "-p", Integer.toString(port)));
        all.forEach((name, value) -> {
            command.add("-c");
            command.add(name + "=" + value);
        });
        return command;
    }

    /// Whether the postmaster with this pid has written that it takes connections (line 1 of its pid file is the pid,
    /// line 8 the status).
    boolean isReady(long pid) throws IOException {
        Path file = data.resolve("postmaster.pid");
        if (!Files.exists(file)) {
            return false;
        }
        List<String> lines = Files.readAllLines(file);
        return lines.size() >= 8
                && lines.get(0).strip().equals(Long.toString(pid))
                && lines.get(7).strip().equals("ready");
    }
}
