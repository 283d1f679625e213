package dev.tollgate.testing.process;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/// Whether SIGSTOP has reached every thread of a process: the signal is sent at once, and threads that run on another
/// processor go on for a moment.
final class StandStill {

    /// States of `/proc/PID/task/TID/stat` in which a thread does nothing: stopped, traced, dead.
    private static final String STILL = "TtZX";

    private StandStill() {}

    /// True also where there is no `/proc` to ask.
    static boolean isReached(long pid) {
        Path tasks = Path.of("/proc", Long.toString(pid), "task");
        if (!Files.isDirectory(tasks)) {
            return true;
        }
        try (DirectoryStream<Path> threads = Files.newDirectoryStream(tasks)) {
            for (Path thread : threads) {
                String stat = Files.readString(thread.resolve("stat"));
                if (STILL.indexOf(stat.charAt(stat.lastIndexOf(')') + 2)) < 0) {
                    return false;
                }
            }
            return true;
        } catch (IOException threadEnded) {
            return false;
        }
    }
}
