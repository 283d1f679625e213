package dev.tollgate.quickstart;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/// Holds a state folder for one command at a time; the operating system lets go of it when the process ends, however
/// it ends.
public final class StateLock implements AutoCloseable {

    static final String FILE = "tollgate.lock";

    private final FileChannel channel;
    private final FileLock lock;

    private StateLock(FileChannel channel, FileLock lock) {
        this.channel = channel;
        this.lock = lock;
    }

    /// Takes the folder, which is made if it is absent; empty when another command holds it. A folder that has content
    /// and was never held is somebody else's and is refused.
    public static Optional<StateLock> take(Path state) {
        try {
            refuseForeign(state);
            Files.createDirectories(state);
            FileChannel channel =
                    FileChannel.open(state.resolve(FILE), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                channel.close();
                return Optional.empty();
            }
            return Optional.of(new StateLock(channel, lock));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot hold " + state, failed);
        }
    }

    private static void refuseForeign(Path state) throws IOException {
        if (Files.isDirectory(state) && !Files.exists(state.resolve(FILE))) {
            try (Stream<Path> content = Files.list(state)) {
                if (content.findAny().isPresent()) {
                    throw new IllegalStateException(state + " is not empty and no state folder of Tollgate");
                }
            }
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException heldByThisProcess) {
            return null;
        }
    }

    /// The file stays: it marks the folder as a state folder.
    @Override
    public void close() {
        try (channel) {
            lock.release();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot let go of the state folder", failed);
        }
    }
}
