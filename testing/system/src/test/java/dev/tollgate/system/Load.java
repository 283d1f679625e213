package dev.tollgate.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;

/// Sends one tenant's requests to gateways from a fixed number of workers, until told to stop or a number is sent,
/// and counts what the client saw. The requests are POSTs, since the client would silently send a GET twice when its
/// connection breaks.
final class Load implements AutoCloseable {

    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);

    private final List<URI> gateways;
    private final String key;
    private final long requestsMax;
    private final Duration pause;
    private final HttpClient client = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(2))
            .build();
    private final ExecutorService workers;
    private final List<Future<?>> running;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final AtomicLong broken = new AtomicLong();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final Queue<String> completedIds = new ConcurrentLinkedQueue<>();

    private Load(List<URI> gateways, String key, int workerCount, long requestsMax, Duration pause) {
        this.gateways = gateways;
        this.key = key;
        this.requestsMax = requestsMax;
        this.pause = pause;
        this.workers = Executors.newFixedThreadPool(workerCount);
        this.running = IntStream.range(0, workerCount)
                .<Future<?>>mapToObj(worker -> workers.submit(this::work))
                .toList();
    }

    /// @param pause what a worker waits between its requests; a request that breaks costs it the same
    static Load start(List<URI> gateways, String key, int workers, long requestsMax, Duration pause) {
        return new Load(gateways, key, workers, requestsMax, pause);
    }

    private void work() {
        while (!stopped.get()) {
            long number = sent.getAndIncrement();
            if (number >= requestsMax) {
                sent.decrementAndGet();
                return;
            }
            send(gateways.get((int) (number % gateways.size())), number);
            if (!pause.isZero() && !waitAWhile()) {
                return;
            }
        }
    }

    private void send(URI gateway, long number) {
        HttpRequest request = HttpRequest.newBuilder(gateway.resolve("/api/bookings?n=" + number))
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "Bearer " + key)
                .POST(HttpRequest.BodyPublishers.ofString("{}"))
                .build();
        try {
            HttpResponse<byte[]> response = client.send(request, HttpResponse.BodyHandlers.ofByteArray());
            statuses.computeIfAbsent(response.statusCode(), status -> new AtomicLong())
                    .incrementAndGet();
            if (response.statusCode() < 300) {
                completedIds.add(response.headers().firstValue("X-Request-Id").orElse("none"));
            }
        } catch (IOException brokenOff) {
            broken.incrementAndGet();
        } catch (InterruptedException interrupted) {
            broken.incrementAndGet();
            Thread.currentThread().interrupt();
        }
    }

    private boolean waitAWhile() {
        try {
            Thread.sleep(pause);
            return true;
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Lets the workers finish their requests under way.
    Load stop() throws Exception {
        stopped.set(true);
        return awaitEnd();
    }

    /// Waits until all requests are sent and answered or broken.
    Load awaitEnd() throws Exception {
        for (Future<?> worker : running) {
            worker.get();
        }
        return this;
    }

    /// Requests that were begun, whatever became of them.
    long sent() {
        return sent.get();
    }

    /// Requests whose connection broke or timed out.
    long broken() {
        return broken.get();
    }

    /// Responses that the API behind the gateway gave and that arrived whole.
    long completed() {
        return answered(200) + answered(201);
    }

    /// The event ids that completed responses carried; the API's answers are short, so that each is its event's own.
    List<String> completedIds() {
        return List.copyOf(completedIds);
    }

    /// Responses of a status that arrived whole.
    long answered(int status) {
        AtomicLong count = statuses.get(status);
        return count == null ? 0 : count.get();
    }

    @Override
    public String toString() {
        return "sent " + sent + ", broken " + broken + ", answered " + new TreeMap<>(statuses);
    }

    @Override
    public void close() {
        stopped.set(true);
        workers.shutdownNow();
        client.shutdownNow();
    }
}
