package dev.tollgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// Prints a ratio and appends it as one JSON line to `testing/bench/target/results.jsonl`.
final class Results {

    private static final Path FILE = Path.of("testing/bench/target/results.jsonl");

    private Results() {}

    /// @param goalAtMost the ratio passes up to this
    static void report(String name, double value, double goalAtMost, String unit) {
        String line = String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"value\":%.3f,\"goal\":%.3f,\"unit\":\"%s\",\"pass\":%b}",
                name,
                value,
                goalAtMost,
                unit,
                value <= goalAtMost);
        System.out.println(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + FILE, failed);
        }
    }
}
