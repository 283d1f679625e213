package dev.tollgate.aggregator;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.UUID;

/// The name of this instance in its consumer groups. It lives with the local state, which only one process at a time
/// can use, so a process that is started again after a kill takes its predecessor's place at once instead of waiting
/// for the group to miss it.
final class InstanceId {

    private static final String FILE = "instance-id";

    private InstanceId() {}

    /// Reads the id, or makes one.
    static String in(Path stateDirectory) {
        Path file = stateDirectory.resolve(FILE);
        try {
            return Files.readString(file).strip();
        } catch (NoSuchFileException e) {
            return create(stateDirectory, file);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + file, e);
        }
    }

    private static String create(Path stateDirectory, Path file) {
        String id = UUID.randomUUID().toString();
        try {
            Files.createDirectories(stateDirectory);
            Path draft = Files.writeString(stateDirectory.resolve(FILE + ".new"), id);
            Files.move(draft, file, StandardCopyOption.ATOMIC_MOVE);
            return id;
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + file, e);
        }
    }
}
