package dev.tollgate.gateway.admission;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts denials per tenant, quota, route and minute in memory and writes them every second, so that an attack
/// makes one row a minute. [#record] is safe for use by several threads; one thread of its own writes, between
/// [#start] and [#close].
public final class ViolationCounter implements ViolationLog, AutoCloseable {

    /// Counts held at a time; while the store is away, denials of further tenants and routes are only totalled.
    static final int COUNTS_MAX = 10_000;

    /// Counts written at a time.
    static final int BATCH_MAX = 500;

    static final long FLUSH_MS = 1_000;

    private static final Logger LOG = LoggerFactory.getLogger(ViolationCounter.class);

    private record Key(String tenantId, QuotaWindow window, String route, long minute) {}

    private final ViolationStore store;
    private final LedgerClock clock;
    private final ConcurrentMap<Key, ViolationCount> counts = new ConcurrentHashMap<>();
    private final AtomicLong uncounted = new AtomicLong();
    private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("quota-violations").factory());

    public ViolationCounter(ViolationStore store, LedgerClock clock) {
        this.store = store;
        this.clock = clock;
    }

    public void start() {
        flusher.scheduleWithFixedDelay(this::flush, FLUSH_MS, FLUSH_MS, TimeUnit.MILLISECONDS);
    }

    @Override
    public void record(String tenantId, QuotaState exhausted, String route, @Nullable String endpoint) {
        Instant minute = Instant.ofEpochMilli(clock.epochMs()).truncatedTo(ChronoUnit.MINUTES);
        var one = new ViolationCount(
                tenantId, exhausted.window(), route, minute, exhausted.limit(), exhausted.current(), endpoint, 1);
        Key key = keyOf(one);
        if (counts.size() >= COUNTS_MAX && !counts.containsKey(key)) {
            uncounted.incrementAndGet();
            return;
        }
        counts.merge(key, one, ViolationCount::plus);
    }

    /// Writes what has been counted; what the store does not take is kept for the next time.
    void flush() {
        long missed = uncounted.getAndSet(0);
        if (missed > 0) {
            LOG.warn("{} denials were not counted per tenant: the store of violations lags behind", missed);
        }
        List<ViolationCount> batch = new ArrayList<>();
        for (Key key : counts.keySet()) {
            ViolationCount count = counts.remove(key);
            if (count != null) {
                batch.add(count);
            }
            if (batch.size() >= BATCH_MAX) {
                write(batch);
                batch = new ArrayList<>();
            }
        }
        write(batch);
    }

    private void write(List<ViolationCount> batch) {
        if (batch.isEmpty()) {
            return;
        }
        try {
            store.add(batch);
        } catch (LedgerUnavailableException | RuntimeException failure) {
            LOG.debug("violations are kept for later", failure);
            batch.forEach(count -> counts.merge(keyOf(count), count, (later, earlier) -> earlier.plus(later)));
        }
    }

    private static Key keyOf(ViolationCount count) {
        return new Key(
                count.tenantId(), count.window(), count.route(), count.minute().getEpochSecond());
    }

    /// Writes the rest.
    @Override
    public void close() {
        flusher.shutdown();
        try {
            if (!flusher.awaitTermination(FLUSH_MS, TimeUnit.MILLISECONDS)) {
                flusher.shutdownNow();
            }
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        flush();
    }
}
