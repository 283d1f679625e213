package dev.tollgate.gateway.journal.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/// The folder of one lane: segments, the cursor, and an empty file `closed` once nothing is appended any more.
final class LaneFolder {

    static final String CURSOR = "cursor";
    static final String CLOSED = "closed";

    private LaneFolder() {}

    /// Whether a process died, or the disk was full, while the folder was being made: it was never written or
    /// registered.
    static boolean isHalfMade(Path directory) throws IOException {
        Path cursor = directory.resolve(CURSOR);
        return list(directory).stream().noneMatch(file -> Segment.indexOf(file).isPresent())
                && (!Files.exists(cursor) || Files.size(cursor) < CursorFile.BYTES);
    }

    static void delete(Path directory) throws IOException {
        for (Path file : list(directory)) {
            Files.delete(file);
        }
        Files.delete(directory);
    }

    private static List<Path> list(Path directory) throws IOException {
        try (Stream<Path> files = Files.list(directory)) {
            return files.toList();
        }
    }
}
