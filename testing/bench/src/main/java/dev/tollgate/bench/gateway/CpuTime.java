package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// CPU time by the kernel's own accounting, in microseconds.
///
/// @param totalUs user and system time of the processes, ended threads included (`/proc/PID/stat`)
/// @param threadsUs the same by name of the live threads (`/proc/PID/task/TID/schedstat`); names are cut at 15
///     characters and lose their numbers
public record CpuTime(long totalUs, Map<String, Long> threadsUs) {

    private static final long TICK_US = 1_000_000L / Long.parseLong(Commands.firstLine(List.of("getconf", "CLK_TCK")));

    /// Fields of `/proc/PID/stat` behind the name in brackets, counted from 0.
    private static final int USER_TICKS = 11;

    private static final int SYSTEM_TICKS = 12;

    /// Of children that have ended and were waited for, and of theirs.
    private static final int ENDED_USER_TICKS = 13;

    private static final int ENDED_SYSTEM_TICKS = 14;

    public CpuTime {
        threadsUs = Map.copyOf(threadsUs);
    }

    static CpuTime of(Collection<Long> pids) {
        long total = 0;
        Map<String, Long> threads = new TreeMap<>();
        for (long pid : pids) {
            Path process = Path.of("/proc", Long.toString(pid));
            total += ticks(process.resolve("stat")) * TICK_US;
            addThreads(process.resolve("task"), threads);
        }
        return new CpuTime(total, threads);
    }

    /// Only the total, of processes that may end meanwhile.
    public static long totalUs(Collection<Long> pids) {
        return pids.stream()
                .map(pid -> Path.of("/proc", Long.toString(pid), "stat"))
                .mapToLong(CpuTime::usUnlessEnded)
                .sum();
    }

    private static long usUnlessEnded(Path stat) {
        try {
            return ticks(stat) * TICK_US;
        } catch (UncheckedIOException ended) {
            return 0;
        }
    }

    /// Of a process and all that it started, also what has ended meanwhile.
    public static long familyUs(long pid) {
        Path stat = Path.of("/proc", Long.toString(pid), "stat");
        long living = ProcessHandle.of(pid)
                .map(process ->
                        totalUs(process.descendants().map(ProcessHandle::pid).toList()))
                .orElse(0L);
        return living + (ticks(stat) + ticks(stat, ENDED_USER_TICKS, ENDED_SYSTEM_TICKS)) * TICK_US;
    }

    CpuTime since(CpuTime earlier) {
        Map<String, Long> threads = new TreeMap<>();
        threadsUs.forEach((name, us) -> threads.put(name, us - earlier.threadsUs.getOrDefault(name, 0L)));
        return new CpuTime(totalUs - earlier.totalUs, threads);
    }

    CpuTime plus(CpuTime other) {
        Map<String, Long> threads = new TreeMap<>(threadsUs);
        other.threadsUs.forEach((name, us) -> threads.merge(name, us, Long::sum));
        return new CpuTime(totalUs + other.totalUs, threads);
    }

    /// What the threads took whose names begin so.
    long ofThreadsUs(List<String> beginnings) {
        return threadsUs.entrySet().stream()
                .filter(thread -> beginnings.stream().anyMatch(thread.getKey()::startsWith))
                .mapToLong(Map.Entry::getValue)
                .sum();
    }

    private static long ticks(Path stat) {
        return ticks(stat, USER_TICKS, SYSTEM_TICKS);
    }

    private static long ticks(Path stat, int userField, int systemField) {
        String text = read(stat);
        String[] fields = text.substring(text.lastIndexOf(')') + 2).split(" ", -1);
        return Long.parseLong(fields[userField]) + Long.parseLong(fields[systemField]);
    }

    private static void addThreads(Path tasks, Map<String, Long> threads) {
        try (DirectoryStream<Path> each = Files.newDirectoryStream(tasks)) {
            for (Path task : each) {
                try {
                    String name = Files.readString(task.resolve("comm")).strip().replaceAll("[-#0-9 ]+$", "");
                    String nanos = Files.readString(task.resolve("schedstat"));
                    threads.merge(name, Long.parseLong(nanos.substring(0, nanos.indexOf(' '))) / 1_000, Long::sum);
                } catch (NoSuchFileException endedMeanwhile) {
                    continue;
                }
            }
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + tasks, failed);
        }
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + file, failed);
        }
    }
}
