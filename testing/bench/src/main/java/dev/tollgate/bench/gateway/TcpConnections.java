package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.stream.Stream;

/// Counts the connections that some process of this machine still holds open, as the kernel lists them.
final class TcpConnections {

    private static final List<Path> TABLES = List.of(Path.of("/proc/net/tcp"), Path.of("/proc/net/tcp6"));

    /// ESTABLISHED and CLOSE_WAIT: what is open, and what the other side has ended and this side has not.
    private static final Set<String> HELD = Set.of("01", "08");

    private TcpConnections() {}

    /// Those that a server on the port has accepted.
    static long acceptedAt(int port) {
        String suffix = String.format(Locale.ROOT, ":%04X", port);
        return TABLES.stream()
                .flatMap(TcpConnections::lines)
                .map(line -> line.strip().split(" +", 5))
                .filter(columns -> columns[1].endsWith(suffix) && HELD.contains(columns[3]))
                .count();
    }

    private static Stream<String> lines(Path table) {
        try {
            return Files.exists(table) ? Files.readAllLines(table).stream().skip(1) : Stream.empty();
        } catch (IOException unreadable) {
            throw new UncheckedIOException("cannot read " + table, unreadable);
        }
    }
}
