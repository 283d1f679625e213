package dev.tollgate.system;

import dev.tollgate.system.GatewayConnection.Answer;
import java.io.IOException;
import java.net.URI;
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
import java.util.stream.Stream;

/// Sends one tenant's requests to gateways from a fixed number of workers, until told to stop or a number is sent,
/// and keeps what the client saw.
final class Load implements AutoCloseable {

    private final List<URI> gateways;
    private final String key;
    private final long requestsMax;
    private final Duration pause;
    private final ExecutorService workers;
    private final List<Future<?>> running;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong sent = new AtomicLong();
    private final Queue<Broken> broken = new ConcurrentLinkedQueue<>();
    private final Map<Integer, AtomicLong> statuses = new ConcurrentHashMap<>();
    private final Queue<Answered> answers = new ConcurrentLinkedQueue<>();

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

    /// A response that arrived whole.
    ///
    /// @param sentNanos, receivedNanos by this JVM's monotonic clock
    /// @param requestId the event's id; the API's answers are short, so that each is its event's own
    /// @param retryAfterSeconds -1 when it says none
    record Answered(int status, long sentNanos, long receivedNanos, String requestId, long retryAfterSeconds) {

        boolean isAdmitted() {
            return status == 200 || status == 201;
        }
    }

    /// A request without a whole response.
    ///
    /// @param sentNanos by this JVM's monotonic clock
    record Broken(long sentNanos, String reason) {}

    /// @param pause what a worker waits between its requests; a request that breaks costs it the same
    static Load start(List<URI> gateways, String key, int workers, long requestsMax, Duration pause) {
        return new Load(gateways, key, workers, requestsMax, pause);
    }

    private void work() {
        List<GatewayConnection> connections =
                gateways.stream().map(GatewayConnection::new).toList();
        try {
            while (!stopped.get()) {
                long number = sent.getAndIncrement();
                if (number >= requestsMax) {
                    sent.decrementAndGet();
                    return;
                }
                send(connections.get((int) (number % connections.size())), number);
                if (!pause.isZero() && !waitAWhile()) {
                    return;
                }
            }
        } finally {
            connections.forEach(GatewayConnection::close);
        }
    }

    private void send(GatewayConnection connection, long number) {
        long sentNanos = System.nanoTime();
        try {
            Answer answer = connection.post("/api/bookings?n=" + number, key);
            answers.add(new Answered(
                    answer.status(),
                    sentNanos,
                    System.nanoTime(),
                    answer.header("x-request-id").orElse("none"),
                    answer.retryAfterSeconds()));
            statuses.computeIfAbsent(answer.status(), status -> new AtomicLong())
                    .incrementAndGet();
        } catch (IOException brokenOff) {
            broken.add(new Broken(sentNanos, brokenOff.toString()));
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
        return broken.size();
    }

    /// All requests that broke so far.
    List<Broken> brokenOnes() {
        return List.copyOf(broken);
    }

    /// Responses that the API behind the gateway gave and that arrived whole.
    long completed() {
        return answered(200) + answered(201);
    }

    /// The event ids that completed responses carried.
    List<String> completedIds() {
        return answers().filter(Answered::isAdmitted).map(Answered::requestId).toList();
    }

    /// Responses of a status that arrived whole.
    long answered(int status) {
        AtomicLong count = statuses.get(status);
        return count == null ? 0 : count.get();
    }

    /// All responses so far.
    Stream<Answered> answers() {
        return List.copyOf(answers).stream();
    }

    @Override
    public String toString() {
        return "sent " + sent + ", broken " + broken.size() + ", answered " + new TreeMap<>(statuses);
    }

    @Override
    public void close() {
        stopped.set(true);
        workers.shutdownNow();
    }
}
