package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/// Which cores do what.
///
/// @param measured the one core of whatever is measured
/// @param others all others, as `taskset` lists them
record Cores(String measured, String others) {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String FIELD = "Cpus_allowed_list:";
    private static final Pattern COMMA = Pattern.compile(",");

    /// Divides the cores that this process may use, and moves it to the others; what it starts from then on runs
    /// there too, unless told otherwise.
    static Cores divide() {
        List<Integer> allowed = allowed();
        if (allowed.size() < 2) {
            throw new IllegalStateException(
                    "the benchmark needs two cores, one of them for the measured side alone; there is " + allowed);
        }
        String others = allowed.stream().skip(1).map(String::valueOf).collect(Collectors.joining(","));
        Commands.output(List.of(
                "taskset",
                "-a",
                "-c",
                "-p",
                others,
                Long.toString(ProcessHandle.current().pid())));
        return new Cores(Integer.toString(allowed.getFirst()), others);
    }

    /// All cores for everything, where nothing is measured.
    static Cores shared() {
        String all = allowed().stream().map(String::valueOf).collect(Collectors.joining(","));
        return new Cores(all, all);
    }

    private static List<Integer> allowed() {
        try {
            String list = Files.readAllLines(STATUS).stream()
                    .filter(line -> line.startsWith(FIELD))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(STATUS + " has no " + FIELD))
                    .substring(FIELD.length())
                    .strip();
            List<Integer> cores = new ArrayList<>();
            COMMA.splitAsStream(list).forEach(range -> {
                int dash = range.indexOf('-');
                int first = Integer.parseInt(dash < 0 ? range : range.substring(0, dash));
                int last = Integer.parseInt(range.substring(dash + 1));
                for (int core = first; core <= last; core++) {
                    cores.add(core);
                }
            });
            return cores;
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + STATUS, unreadable);
        }
    }
}
