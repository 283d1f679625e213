package dev.tollgate.system;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/// Another producer: sends a tenant's events to the intake one after the other and takes each third one back, the same
/// again under the same id until the intake has taken it.
final class Producer implements AutoCloseable {

    private static final int EVENTS_MAX = 5_000;

    /// An event is taken back this many events later, when it is likely to be stored.
    private static final int BEHIND = 20;

    private static final Duration ANSWER_MAX = Duration.ofSeconds(5);
    private static final Duration PAUSE = Duration.ofMillis(50);
    private static final Duration TAKEN_WITHIN = Duration.ofMinutes(2);

    private static final String EVENT = """
                    {"specversion": "1.0", "type": "dev.tollgate.usage.api_request.v1", "source": "shop", "id": "e-%d",
                     "time": "%s", "data": {"endpoint": "/orders", "method": "POST", "durationMs": %d}}""";

    private final HttpClient http =
            HttpClient.newBuilder().connectTimeout(ANSWER_MAX).build();
    private final URI intake;
    private final String key;
    private final AtomicBoolean stopped = new AtomicBoolean();
    private final AtomicLong events = new AtomicLong();
    private final AtomicLong voids = new AtomicLong();
    private final AtomicLong repeats = new AtomicLong();
    private final ExecutorService worker = Executors.newSingleThreadExecutor();
    private final Future<?> running;

    private Producer(URI intake, String key) {
        this.intake = intake;
        this.key = key;
        this.running = worker.submit(this::work);
    }

    static Producer start(URI intake, String key) {
        return new Producer(intake, key);
    }

    private Void work() throws Exception {
        for (int number = 1; number <= EVENTS_MAX && !stopped.get(); number++) {
            sendUntilTaken(EVENT.formatted(number, Instant.now(), number % 97));
            events.incrementAndGet();
            int old = number - BEHIND;
            if (old > 0 && old % 3 == 0) {
                sendUntilTaken("""
                        {"specversion": "1.0", "type": "dev.tollgate.usage.void.v1", "source": "shop", "id": "v-%d",
                         "data": {"voids": {"id": "e-%d"}, "reason": "cancelled"}}""".formatted(old, old));
                voids.incrementAndGet();
            }
            Thread.sleep(PAUSE);
        }
        return null;
    }

    /// 409 says that the event to take back is not stored yet, 503 that the database is away.
    private void sendUntilTaken(String event) throws InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(intake.resolve("/v1/events"))
                .timeout(ANSWER_MAX)
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/cloudevents+json")
                .POST(HttpRequest.BodyPublishers.ofString(event))
                .build();
        long untilNanos = System.nanoTime() + TAKEN_WITHIN.toNanos();
        String last = "nothing";
        while (System.nanoTime() - untilNanos < 0) {
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                last = answer.statusCode() + " " + answer.body();
                switch (answer.statusCode()) {
                    case 202 -> {
                        return;
                    }
                    case 200 -> {
                        repeats.incrementAndGet();
                        return;
                    }
                    case 409, 503 -> {}
                    default -> throw new IllegalStateException("the intake refused " + event + ": " + last);
                }
            } catch (IOException brokenOff) {
                last = brokenOff.toString();
            }
            Thread.sleep(PAUSE);
        }
        throw new IllegalStateException("the intake did not take " + event + ": " + last);
    }

    /// Lets the event under way be taken.
    void stop() throws Exception {
        stopped.set(true);
        running.get();
    }

    /// Events that were taken.
    long events() {
        return events.get();
    }

    /// Of them, those that were taken back.
    long voids() {
        return voids.get();
    }

    @Override
    public String toString() {
        return events + " events and " + voids + " voids taken, " + repeats + " of them found to be taken before";
    }

    @Override
    public void close() {
        stopped.set(true);
        worker.shutdownNow();
        http.shutdownNow();
    }
}
