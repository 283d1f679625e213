package dev.tollgate.bench.gateway;

import dev.tollgate.testing.AwaitFailed;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.List;

/// Reads metrics in Prometheus' text format.
public record Prometheus(URI address) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();
    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);

    /// All metrics at one moment.
    public record Reading(String text) {

        /// The metric's values, summed over its labels; throws when there is none, since a name that is wrong must not
        /// look like 0.
        public double sum(String metric) {
            List<String> lines = text.lines()
                    .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                    .toList();
            if (lines.isEmpty()) {
                throw new AwaitFailed("no metric " + metric, null);
            }
            return lines.stream()
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }

        /// Bytes of heap in use, as Micrometer's JVM metrics tell.
        public double heapBytes() {
            return text.lines()
                    .filter(line -> line.startsWith("jvm_memory_used_bytes{area=\"heap\""))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        }
    }

    public Reading read() {
        try {
            return new Reading(CLIENT.send(
                            HttpRequest.newBuilder(address).timeout(ANSWER_MAX).build(), BodyHandlers.ofString())
                    .body());
        } catch (IOException failed) {
            throw new UncheckedIOException("no metrics at " + address, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + address, interrupted);
        }
    }
}
