package dev.tollgate.testing.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/// Starts child processes so that they live exactly as long as this JVM wants them to:
///
/// - in a session of their own (`setsid`), so that Ctrl-C in a terminal reaches this JVM alone, which then ends its
///   children in order;
/// - with a signal that the kernel sends them should this JVM be killed (`setpriv --pdeathsig`).
///
/// On a machine without util-linux the children start without these; pid files and [ExitActions] still apply. The
/// child keeps the pid it is started with.
public final class Children {

    private static final long PROBE_MAX_SECONDS = 60;

    private static final boolean HAS_SETSID = works(List.of("setsid", "true"));
    private static final boolean HAS_DEATH_SIGNAL = works(List.of("setpriv", "--pdeathsig", "KILL", "true"));

    /// The kernel watches the thread that started a child, so that thread must not end before the JVM.
    private static final ExecutorService SPAWNER = Executors.newSingleThreadExecutor(
            Thread.ofPlatform().daemon().name("child-spawner").factory());

    private Children() {}

    /// Starts the builder's command, which gets the signal if this JVM is killed.
    public static Process start(ProcessBuilder builder, Signals.Signal whenThisJvmIsKilled) throws IOException {
        return start(List.of(), builder, whenThisJvmIsKilled);
    }

    /// Starts the builder's command; `prefix` stands before the command and may change user or namespace.
    public static Process start(List<String> prefix, ProcessBuilder builder, Signals.Signal whenThisJvmIsKilled)
            throws IOException {
        List<String> whole = new ArrayList<>();
        if (HAS_SETSID) {
            whole.add("setsid");
        }
        whole.addAll(prefix);
        if (HAS_DEATH_SIGNAL) {
            // Last, because a change of user clears it.
            whole.addAll(List.of("setpriv", "--pdeathsig", whenThisJvmIsKilled.name()));
        }
        whole.addAll(builder.command());
        builder.command(whole);
        try {
            return SPAWNER.submit(builder::start).get();
        } catch (ExecutionException failed) {
            throw failed.getCause() instanceof IOException cause ? cause : new IOException(failed.getCause());
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while starting " + builder.command(), interrupted);
        }
    }

    private static boolean works(List<String> command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            boolean ended = process.waitFor(PROBE_MAX_SECONDS, TimeUnit.SECONDS);
            process.destroyForcibly();
            return ended && process.exitValue() == 0;
        } catch (IOException notHere) {
            return false;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
