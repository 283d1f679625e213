package dev.tollgate.testing.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;

/// Folders below `java.io.tmpdir` that say which JVM made them, so that the next one can sweep up after a JVM that
/// was killed.
public final class TemporaryFolders {

    private static final String LAUNCHER = "launcher.pid";
    private static final int DELETE_ATTEMPTS_MAX = 5;

    private TemporaryFolders() {}

    /// A new folder of this JVM.
    public static Path create(String prefix) {
        try {
            Path folder = temporary().resolve(prefix + UUID.randomUUID());
            Files.createDirectory(folder);
            PidFile.ofThisProcess().write(folder.resolve(LAUNCHER));
            return folder;
        } catch (IOException failed) {
            throw new UncheckedIOException("could not create a temporary folder " + prefix + "*", failed);
        }
    }

    /// The folders with this prefix whose JVM is dead.
    public static List<Path> leftOver(String prefix) {
        List<Path> leftOver = new ArrayList<>();
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(temporary(), prefix + "*")) {
            for (Path folder : folders) {
                // Without a launcher's file it is being made at this moment, or belongs to somebody else.
                boolean dead = Files.isRegularFile(folder.resolve(LAUNCHER))
                        && Files.getOwner(folder).getName().equals(System.getProperty("user.name"))
                        && PidFile.read(folder.resolve(LAUNCHER))
                                .filter(launcher -> launcher.running().isEmpty())
                                .isPresent();
                if (dead) {
                    leftOver.add(folder);
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("could not list " + temporary(), failed);
        }
        return leftOver;
    }

    /// Deletes a folder and what is in it; files that a process still creates meanwhile are met by a few attempts.
    public static void delete(Path folder) {
        for (int attempt = 1; ; attempt++) {
            try {
                deleteOnce(folder);
                return;
            } catch (IOException failed) {
                if (attempt == DELETE_ATTEMPTS_MAX) {
                    throw new UncheckedIOException("could not delete " + folder, failed);
                }
            }
        }
    }

    private static void deleteOnce(Path folder) throws IOException {
        if (!Files.exists(folder)) {
            return;
        }
        List<Path> deepestFirst;
        try (Stream<Path> all = Files.walk(folder)) {
            deepestFirst = all.toList().reversed();
        } catch (UncheckedIOException changing) {
            throw changing.getCause();
        } catch (NoSuchFileException gone) {
            return;
        }
        for (Path path : deepestFirst) {
            Files.deleteIfExists(path);
        }
    }

    private static Path temporary() {
        return Path.of(System.getProperty("java.io.tmpdir"));
    }
}
