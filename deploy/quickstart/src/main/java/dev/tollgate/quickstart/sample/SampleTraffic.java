package dev.tollgate.quickstart.sample;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/// Sends each sample tenant's requests at its rate until closed, and counts the answers.
public final class SampleTraffic implements AutoCloseable {

    private static final int IN_FLIGHT_MAX = 64;
    private static final Duration REQUEST_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(10);
    private static final List<String> PATHS =
            List.of("/api/bookings", "/api/properties?city=Bergen", "/api/search?q=lake", "/api/bookings", "/api/gone");

    private final URI gateway;
    private final Map<String, String> keys;
    private final HttpClient client =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor();
    private final Semaphore inFlight = new Semaphore(IN_FLIGHT_MAX);
    private final Map<String, Answers> answers = new ConcurrentHashMap<>();

    /// What a tenant's requests were answered with.
    public static final class Answers {
        private final AtomicLong sent = new AtomicLong();
        private final AtomicLong admitted = new AtomicLong();
        private final AtomicLong denied = new AtomicLong();
        private final AtomicLong failed = new AtomicLong();

        public long sent() {
            return sent.get();
        }

        /// Answers that came from the API behind the gateway, whatever their status.
        public long admitted() {
            return admitted.get();
        }

        /// 429: some quota was spent.
        public long denied() {
            return denied.get();
        }

        public long failed() {
            return failed.get();
        }
    }

    private SampleTraffic(URI gateway, Map<String, String> keys) {
        this.gateway = gateway;
        this.keys = Map.copyOf(keys);
    }

    /// @param keys the API key of each tenant id
    public static SampleTraffic start(URI gateway, List<SampleTenant> tenants, Map<String, String> keys) {
        SampleTraffic traffic = new SampleTraffic(gateway, keys);
        for (SampleTenant tenant : tenants) {
            traffic.answers.put(tenant.tenantId(), new Answers());
            AtomicLong turn = new AtomicLong();
            traffic.timer.scheduleAtFixedRate(
                    () -> traffic.send(tenant.tenantId(), turn.getAndIncrement()),
                    0,
                    1_000_000L / tenant.ratePerSecond(),
                    TimeUnit.MICROSECONDS);
        }
        return traffic;
    }

    /// No traffic at all.
    public static SampleTraffic none() {
        return new SampleTraffic(URI.create("http://127.0.0.1"), Map.of());
    }

    public Answers answers(String tenantId) {
        return answers.getOrDefault(tenantId, new Answers());
    }

    private void send(String tenantId, long turn) {
        if (!inFlight.tryAcquire()) {
            return;
        }
        Answers counts = answers(tenantId);
        HttpRequest.Builder request = HttpRequest.newBuilder(gateway.resolve(PATHS.get((int) (turn % PATHS.size()))))
                .timeout(REQUEST_TIMEOUT)
                .header("Authorization", "Bearer " + keys.get(tenantId));
        if (turn % PATHS.size() == 3) {
            request.POST(HttpRequest.BodyPublishers.ofString("{\"nights\":2}"));
        }
        counts.sent.incrementAndGet();
        client.sendAsync(request.build(), HttpResponse.BodyHandlers.discarding())
                .whenComplete((response, failure) -> {
                    inFlight.release();
                    if (failure != null || response.statusCode() == 503) {
                        counts.failed.incrementAndGet();
                    } else if (response.statusCode() == 429) {
                        counts.denied.incrementAndGet();
                    } else {
                        counts.admitted.incrementAndGet();
                    }
                });
    }

    /// Sends no more and waits for the answers under way.
    @Override
    public void close() {
        timer.shutdownNow();
        try {
            if (inFlight.tryAcquire(IN_FLIGHT_MAX, DRAIN_TIMEOUT.toMillis(), TimeUnit.MILLISECONDS)) {
                inFlight.release(IN_FLIGHT_MAX);
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        client.shutdownNow();
    }
}
