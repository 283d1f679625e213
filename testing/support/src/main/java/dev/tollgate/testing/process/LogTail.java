package dev.tollgate.testing.process;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/// The end of a log file, for messages about a failure.
public final class LogTail {

    private static final int BYTES_MAX = 256 * 1024;

    private LogTail() {}

    /// The last `lines` lines of the file (of its last 256 KiB); a sentence saying so if it cannot be read.
    public static String of(Path log, int lines) {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - BYTES_MAX);
            file.seek(start);
            byte[] end = new byte[(int) (file.length() - start)];
            file.readFully(end);
            String text = new String(end, StandardCharsets.UTF_8).stripTrailing();
            long all = text.lines().count();
            return String.join("\n", text.lines().skip(Math.max(0, all - lines)).toList());
        } catch (IOException unreadable) {
            return "(no log at " + log + ": " + unreadable.getMessage() + ")";
        }
    }
}
