package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;

/// Runs short commands to their end.
final class Commands {

    private Commands() {}

    /// Everything that the command prints; throws, with that, when it fails.
    static String output(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            int exit = process.waitFor();
            if (exit != 0) {
                throw new IllegalStateException(
                        String.join(" ", command) + " failed with " + exit + ":\n" + output.strip());
            }
            return output.strip();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot run " + String.join(" ", command), failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted during " + String.join(" ", command), interrupted);
        }
    }

    /// The first line of what a command prints.
    static String firstLine(List<String> command) {
        return output(command).lines().findFirst().orElse("");
    }
}
