package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;

/// Reads metrics in Prometheus' text format.
record Prometheus(URI address) {

    private static final HttpClient CLIENT = HttpClient.newHttpClient();

    /// The metric's values, summed over its labels; 0 when there is none.
    double sum(String metric) {
        try {
            return CLIENT.send(HttpRequest.newBuilder(address).build(), BodyHandlers.ofString())
                    .body()
                    .lines()
                    .filter(line -> line.startsWith(metric + " ") || line.startsWith(metric + "{"))
                    .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                    .sum();
        } catch (IOException failed) {
            throw new UncheckedIOException("no metrics at " + address, failed);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while reading " + address, interrupted);
        }
    }
}
