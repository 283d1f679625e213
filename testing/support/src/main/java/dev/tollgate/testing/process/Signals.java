package dev.tollgate.testing.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.TimeUnit;

/// Sends POSIX signals. Only for processes that this project started.
public final class Signals {

    /// A signal by its POSIX name.
    public enum Signal {
        /// Freezes a process until [#CONT].
        STOP,
        CONT,
        TERM,
        INT,
        QUIT,
        KILL
    }

    private static final long KILL_COMMAND_MAX_SECONDS = 60;

    private Signals() {}

    /// Sends `signal` to the processes; one that is gone already is passed over.
    public static void send(Signal signal, Collection<Long> pids) {
        if (pids.isEmpty()) {
            return;
        }
        // The shell's own `kill`: slim images lack /bin/kill.
        List<String> command = new ArrayList<>(
                List.of("sh", "-c", "for pid do kill -s " + signal + " \"$pid\" 2>/dev/null; done; true", "sh"));
        pids.forEach(pid -> command.add(Long.toString(pid)));
        try {
            Process kill = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (!kill.waitFor(KILL_COMMAND_MAX_SECONDS, TimeUnit.SECONDS) || kill.exitValue() != 0) {
                throw new IllegalStateException("could not send " + signal + " to " + pids);
            }
        } catch (IOException failed) {
            throw new IllegalStateException("could not send " + signal + " to " + pids, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while sending " + signal + " to " + pids, interrupted);
        }
    }

    public static void send(Signal signal, long pid) {
        send(signal, List.of(pid));
    }
}
