package dev.tollgate.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/// What a gateway's heap holds, by its own metrics.
final class GatewayMemory {

    private static final Duration TIMEOUT = Duration.ofSeconds(10);

    private final long pid;
    private final URI management;

    /// @param management the address of the gateway's management port
    GatewayMemory(long pid, URI management) {
        this.pid = pid;
        this.management = management;
    }

    /// Bytes of the heap that are alive after a full collection.
    long liveHeapBytes() throws IOException, InterruptedException {
        collectGarbage();
        return sum(metrics(), "jvm_memory_used_bytes{area=\"heap\"");
    }

    private void collectGarbage() throws IOException, InterruptedException {
        Path jcmd = Path.of(System.getProperty("java.home"), "bin", "jcmd");
        Process collection = new ProcessBuilder(jcmd.toString(), Long.toString(pid), "GC.run")
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        if (!collection.waitFor(TIMEOUT.toMillis(), TimeUnit.MILLISECONDS) || collection.exitValue() != 0) {
            collection.destroyForcibly();
            throw new IllegalStateException("process " + pid + " does not collect its garbage");
        }
    }

    private String metrics() throws IOException, InterruptedException {
        try (HttpClient client = HttpClient.newHttpClient()) {
            HttpRequest scrape = HttpRequest.newBuilder(management.resolve("/actuator/prometheus"))
                    .timeout(TIMEOUT)
                    .build();
            return client.send(scrape, HttpResponse.BodyHandlers.ofString()).body();
        }
    }

    private static long sum(String metrics, String prefix) {
        double[] values = metrics.lines()
                .filter(line -> line.startsWith(prefix))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
                .toArray();
        if (values.length == 0) {
            throw new IllegalStateException("no metric " + prefix);
        }
        double sum = 0;
        for (double value : values) {
            sum += value;
        }
        return (long) sum;
    }
}
