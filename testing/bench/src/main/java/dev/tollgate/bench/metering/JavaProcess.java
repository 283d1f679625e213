package dev.tollgate.bench.metering;

import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// A Java process of a side: all have the same JVM options. Used by one thread.
public final class JavaProcess implements AutoCloseable {

    /// The same heap and collector for all; the compilers are the JVM's choice. The heap has its size from the start,
    /// and young objects have half of it: whoever works in batches keeps much for a short time.
    public static final List<String> JVM_OPTIONS =
            List.of("-Xms512m", "-Xmx512m", "-Xmn256m", "-XX:+UseSerialGC", "--enable-native-access=ALL-UNNAMED");

    public static final long HEAP_BYTES_MAX = 512L << 20;

    private static final Duration STOPPED_WITHIN = Duration.ofSeconds(30);
    private static final Duration READY_WITHIN = Duration.ofSeconds(120);
    private static final int TAIL_LINES = 40;

    private final ServiceProcess process;
    private final String command;

    private JavaProcess(ServiceProcess process, String command) {
        this.process = process;
        this.command = command;
    }

    /// @param folder of its log
    /// @param name names the process in messages and its log
    public static JavaProcess start(
            Path folder, String name, List<Path> classpath, Map<String, String> environment, List<String> main) {
        ServiceProcess process = ServiceLauncher.of(name)
                .mainClass(main.getFirst())
                .classpath(classpath)
                .jvmArguments(JVM_OPTIONS.toArray(String[]::new))
                .arguments(main.subList(1, main.size()).toArray(String[]::new))
                .environment(environment)
                .logFile(folder.resolve(name + ".log"))
                .start();
        List<String> shown = new ArrayList<>();
        environment.forEach((key, value) -> shown.add(key + "=" + value));
        shown.add("java");
        shown.addAll(JVM_OPTIONS);
        shown.addAll(main);
        return new JavaProcess(process, String.join(" ", shown));
    }

    /// For people, without the class path.
    public String command() {
        return command;
    }

    public long pid() {
        return process.pid();
    }

    /// Waits until the address answers 200.
    public void awaitReady(URI health) {
        process.awaitReady(health, READY_WITHIN);
    }

    /// Returns when it has ended by itself, or the time is up.
    public void awaitEnd(Duration atMost) throws InterruptedException {
        Optional<ProcessHandle> running = ProcessHandle.of(pid());
        if (running.isPresent()) {
            try {
                running.get().onExit().get(atMost.toMillis(), TimeUnit.MILLISECONDS);
            } catch (TimeoutException stillRuns) {
                return;
            } catch (ExecutionException failed) {
                throw new IllegalStateException("cannot wait for " + process.name(), failed);
            }
        }
    }

    /// The last line that it printed, once it has ended. Throws when it failed.
    public String result() {
        int exit = process.awaitExit(STOPPED_WITHIN);
        String tail = process.logTail(TAIL_LINES).strip();
        if (exit != 0) {
            throw new AwaitFailed(process.name() + " ended with " + exit + "; its log ends with\n" + tail, null);
        }
        return tail.substring(tail.lastIndexOf('\n') + 1);
    }

    public boolean isAlive() {
        return process.isAlive();
    }

    public void requireAlive() {
        if (!process.isAlive()) {
            throw new AwaitFailed(process.name() + " ended; its log ends with\n" + process.logTail(TAIL_LINES), null);
        }
    }

    @Override
    public void close() {
        try (process) {
            if (process.isAlive()) {
                process.terminate(STOPPED_WITHIN);
            }
        }
    }
}
