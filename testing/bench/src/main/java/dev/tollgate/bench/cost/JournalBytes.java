package dev.tollgate.bench.cost;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/// What was appended to the gateway's journal. Segments are freed once ingest has stored them, so what was written is
/// read off the newest one of each lane: its number, and where its zeros begin.
final class JournalBytes {

    private static final String SUFFIX = ".segment";
    private static final int BLOCK_BYTES = 4_096;

    private JournalBytes() {}

    /// Since each lane's first segment.
    static long appended(Path journal) {
        Map<Path, Long> ofLane = new HashMap<>();
        try (Stream<Path> files = Files.walk(journal)) {
            files.filter(file -> file.toString().endsWith(SUFFIX))
                    .forEach(file -> ofLane.merge(file.resolveSibling(""), end(file), Math::max));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read the journal " + journal, failed);
        }
        return ofLane.values().stream().mapToLong(Long::longValue).sum();
    }

    /// The end of a segment's events, counted from the lane's first segment; 0 for a spare segment.
    private static long end(Path segment) {
        String name = segment.getFileName().toString();
        long index = Long.parseLong(name.substring(0, name.length() - SUFFIX.length()));
        try (RandomAccessFile file = new RandomAccessFile(segment.toFile(), "r")) {
            long size = file.length();
            long used = used(file, size);
            return used == 0 ? 0 : index * size + used;
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + segment, failed);
        }
    }

    /// Bytes before the zeros at the end.
    private static long used(RandomAccessFile file, long size) throws IOException {
        byte[] block = new byte[BLOCK_BYTES];
        for (long from = size - BLOCK_BYTES; from >= 0; from -= BLOCK_BYTES) {
            file.seek(from);
            file.readFully(block);
            for (int i = BLOCK_BYTES - 1; i >= 0; i--) {
                if (block[i] != 0) {
                    return from + i + 1;
                }
            }
        }
        return 0;
    }
}
