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

    /// Deletes a state folder, if there is one.
    public static void delete(Path state) {
        if (!Files.exists(state)) {
            return;
        }
        try {
            Files.walkFileTree(state, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                    Files.delete(file);
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult postVisitDirectory(Path folder, @Nullable IOException failed)
                        throws IOException {
                    if (failed != null) {
                        throw failed;
                    }
                    Files.delete(folder);
                    return FileVisitResult.CONTINUE;
                }
            });
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot delete " + state, failed);
        }
    }
}
