package dev.tollgate.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import org.jspecify.annotations.Nullable;

/// The folder in which a quickstart keeps everything that lasts.
public final class StateFolder {

    /// Overrides where the state is, for instance to run two stacks side by side.
    public static final String ENVIRONMENT_VARIABLE = "TOLLGATE_STATE";

    private StateFolder() {}

    /// `deploy/quickstart/state` below the project, unless the environment says otherwise.
    public static Path of(Path root) {
        String elsewhere = System.getenv(ENVIRONMENT_VARIABLE);
        Path folder =
                elsewhere == null || elsewhere.isBlank() ? root.resolve("deploy/quickstart/state") : Path.of(elsewhere);
        return folder.toAbsolutePath().normalize();
    }

    /// Deletes what a state folder holds, but for the lock that the caller has. A folder without that lock is somebody
    /// else's and is refused.
    public static void clear(Path state) {
        if (!Files.exists(state.resolve(StateLock.FILE))) {
            throw new IllegalStateException(state + " is no state folder of Tollgate");
        }
        try {
            Files.walkFileTree(state, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    if (!file.equals(state.resolve(StateLock.FILE))) {
                        Files.delete(file);
                    }
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
                        throws IOException {
                    if (failed != null) {
                        throw failed;
                    }
                    if (!folder.equals(state)) {
                        Files.delete(folder);
                    }
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot delete what is in " + state, failed);
        }
    }
}
