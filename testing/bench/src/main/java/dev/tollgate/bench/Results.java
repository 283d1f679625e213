package dev.tollgate.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Locale;

/// Prints a result and appends it as one JSON line to `testing/bench/target/results.jsonl`.
public final class Results {

    private static final Path FILE = Path.of("testing/bench/target/results.jsonl");

    private Results() {}

    /// @param goalAtMost the value passes up to this
    public static void report(String name, double value, double goalAtMost, String unit) {
        append(name, value, number(goalAtMost), unit, Boolean.toString(value <= goalAtMost));
    }

    /// @param goalAtLeast the value passes from this on
    public static void reportAtLeast(String name, double value, double goalAtLeast, String unit) {
        append(name, value, number(goalAtLeast), unit, Boolean.toString(value >= goalAtLeast));
    }

    /// A value without a goal: `goal` and `pass` are null.
    public static void show(String name, double value, String unit) {
        append(name, value, "null", unit, "null");
    }

    private static void append(String name, double value, String goal, String unit, String pass) {
        String line = String.format(
                Locale.ROOT,
                "{\"name\":\"%s\",\"value\":%s,\"goal\":%s,\"unit\":\"%s\",\"pass\":%s}",
                name,
                number(value),
                goal,
                unit,
                pass);
        System.out.println(line);
        try {
            Files.createDirectories(FILE.getParent());
            Files.writeString(FILE, line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + FILE, failed);
        }
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, "%.3f", value);
    }
}
