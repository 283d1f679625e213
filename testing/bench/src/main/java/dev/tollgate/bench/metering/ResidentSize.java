package dev.tollgate.bench.metering;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;

/// Memory of processes, by the kernel's own accounting.
public final class ResidentSize {

    private ResidentSize() {}

    /// The greatest resident size that each process had since its start, added up: `VmHWM` of `/proc/PID/status`.
    public static long peakBytes(Collection<Long> pids) {
        return pids.stream().mapToLong(ResidentSize::peakBytes).sum();
    }

    public static long peakBytes(long pid) {
        Path status = Path.of("/proc", Long.toString(pid), "status");
        try {
            return Files.readAllLines(status).stream()
                    .filter(line -> line.startsWith("VmHWM:"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1_024)
                    .sum();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + status, failed);
        }
    }
}
