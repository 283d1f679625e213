package dev.tollgate.client;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// Sends usage events to the intake from a thread of its own, in batches per tenant. `record` never waits. An
/// event's id is made once, so an attempt whose answer was lost is a repeat and counts once. What is in memory when
/// the process is killed is lost: the gateway's journal is for those who need more.
///
/// Safe for use by several threads; retries belong to the sender's thread.
public final class TollgateClient implements AutoCloseable {

    private static final System.Logger LOG = System.getLogger(TollgateClient.class.getName());

    private final ClientSettings settings;
    private final KeyRing keys;
    private final LongSupplier nanoTime;
    private final HttpClient http;
    private final String idPrefix = UUID.randomUUID() + "-";
    private final AtomicLong nextId = new AtomicLong();
    private final AtomicInteger held = new AtomicInteger();
    private final BlockingQueue<Batch.Entry> queue;
    private final PriorityQueue<Batch> retries = new PriorityQueue<>(Comparator.comparingLong(batch -> batch.dueNanos));
    private final LongAdder sent = new LongAdder();
    private final LongAdder refused = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private final LongAdder expired = new LongAdder();
    private final Thread sender;
    private volatile boolean closing;
    private volatile long closeByNanos;

    public TollgateClient(ClientSettings settings, KeyRing keys) {
        this(settings, keys, System::nanoTime);
    }

    TollgateClient(ClientSettings settings, KeyRing keys, LongSupplier nanoTime) {
        this.settings = settings;
        this.keys = keys;
        this.nanoTime = nanoTime;
        this.queue = new ArrayBlockingQueue<>(settings.eventsMax());
        this.http = HttpClient.newBuilder().connectTimeout(settings.answerMax()).build();
        this.sender = Thread.ofPlatform().daemon().name("tollgate-client").start(this::run);
    }

    /// Takes an event to be sent. False when it was dropped, because memory is full or the client closed.
    public boolean record(String tenantId, UsageEvent event) {
        if (closing) {
            dropped.increment();
            return false;
        }
        if (held.incrementAndGet() > settings.eventsMax()) {
            held.decrementAndGet();
            dropped.increment();
            return false;
        }
        String id = idPrefix + nextId.incrementAndGet();
        // As long as the queue is: never full while `held` is not.
        queue.add(new Batch.Entry(tenantId, id, event, nanoTime.getAsLong()));
        return true;
    }

    public ClientCounts counts() {
        return new ClientCounts(sent.sum(), refused.sum(), dropped.sum(), expired.sum());
    }

    /// Sends what is left for at most `closeMax`, then drops it.
    @Override
    public void close() {
        closeByNanos = nanoTime.getAsLong() + settings.closeMax().toNanos();
        closing = true;
        try {
            if (!sender.join(settings.closeMax())) {
                sender.interrupt();
                sender.join();
            }
        } catch (InterruptedException e) {
            sender.interrupt();
            Thread.currentThread().interrupt();
        }
        http.shutdownNow();
    }

    private void run() {
        try {
            while (!closing || (held.get() > 0 && nanoTime.getAsLong() < closeByNanos)) {
                Batch due = retries.peek();
                if (due != null && due.dueNanos - nanoTime.getAsLong() <= 0) {
                    attempt(retries.remove());
                } else {
                    gather(due).forEach(this::attempt);
                }
            }
        } catch (InterruptedException | StopException e) {
            LOG.log(System.Logger.Level.DEBUG, "closed while events were waiting");
        }
        dropped.add(held.getAndSet(0));
    }

    /// Events that wait, by tenant; waits for the first one no longer than until the next retry is due.
    private List<Batch> gather(@Nullable Batch next) throws InterruptedException {
        long waitNanos = settings.linger().toNanos();
        if (next != null) {
            waitNanos = Math.min(waitNanos, Math.max(0, next.dueNanos - nanoTime.getAsLong()));
        }
        Batch.Entry first = queue.poll(waitNanos, TimeUnit.NANOSECONDS);
        if (first == null) {
            return List.of();
        }
        List<Batch.Entry> entries = new ArrayList<>();
        entries.add(first);
        long untilNanos = nanoTime.getAsLong() + settings.linger().toNanos();
        while (entries.size() < settings.batchEventsMax()) {
            long leftNanos = closing ? 0 : untilNanos - nanoTime.getAsLong();
            Batch.Entry more = leftNanos > 0 ? queue.poll(leftNanos, TimeUnit.NANOSECONDS) : queue.poll();
            if (more == null) {
                break;
            }
            entries.add(more);
        }
        Map<String, List<Batch.Entry>> byTenant = new LinkedHashMap<>();
        entries.forEach(entry -> byTenant.computeIfAbsent(entry.tenantId(), tenant -> new ArrayList<>())
                .add(entry));
        long now = nanoTime.getAsLong();
        return byTenant.entrySet().stream()
                .map(entry -> new Batch(entry.getKey(), entry.getValue(), now))
                .toList();
    }

    /// A fault, of the key ring for instance, is a failed attempt like others and ends no thread.
    private void attempt(Batch batch) {
        try {
            send(batch);
        } catch (StopException stop) {
            throw stop;
        } catch (RuntimeException fault) {
            retry(batch, String.valueOf(fault));
        }
    }

    private void send(Batch batch) {
        String key = keys.keyOf(batch.tenantId);
        if (key == null) {
            LOG.log(System.Logger.Level.WARNING, "tenant {0} has no key; its events are dropped", batch.tenantId);
            settle(batch, dropped, batch.entries.size());
            return;
        }
        switch (post(batch, key)) {
            case IntakeAnswer.Taken(int bad) -> {
                if (bad > 0) {
                    LOG.log(System.Logger.Level.WARNING, "the intake refused {0} events of {1}", bad, batch.tenantId);
                }
                refused.add(bad);
                settle(batch, sent, batch.entries.size() - bad);
            }
            case IntakeAnswer.TooLarge() -> split(batch);
            case IntakeAnswer.Refused(int status) -> refuse(batch, status);
            case IntakeAnswer.Later(String reason) -> retry(batch, reason);
        }
    }

    private void split(Batch batch) {
        int size = batch.entries.size();
        if (size == 1) {
            refuse(batch, 413);
            return;
        }
        long now = nanoTime.getAsLong();
        retries.add(new Batch(batch.tenantId, batch.entries.subList(0, size / 2), now));
        retries.add(new Batch(batch.tenantId, batch.entries.subList(size / 2, size), now));
    }

    private void refuse(Batch batch, int status) {
        LOG.log(
                System.Logger.Level.WARNING,
                "the intake refused {0} events of {1} with status {2}",
                batch.entries.size(),
                batch.tenantId,
                status);
        settle(batch, refused, batch.entries.size());
    }

    private void retry(Batch batch, String reason) {
        long now = nanoTime.getAsLong();
        if (now - batch.takenNanos() > settings.ageMax().toNanos()) {
            LOG.log(
                    System.Logger.Level.WARNING,
                    "gave up {0} events of {1} after {2} attempts: {3}",
                    batch.entries.size(),
                    batch.tenantId,
                    batch.attempts + 1,
                    reason);
            settle(batch, expired, batch.entries.size());
            return;
        }
        long pauseNanos = settings.pauseFirst().toNanos() << Math.min(batch.attempts, 20);
        batch.attempts++;
        batch.dueNanos = now + Math.min(pauseNanos, settings.pauseMax().toNanos());
        retries.add(batch);
    }

    private void settle(Batch batch, LongAdder counter, int events) {
        counter.add(events);
        held.addAndGet(-batch.entries.size());
    }

    private IntakeAnswer post(Batch batch, String key) {
        HttpRequest request = HttpRequest.newBuilder(settings.intake())
                .timeout(settings.answerMax())
                .header("Authorization", "Bearer " + key)
                .header("Content-Type", "application/cloudevents-batch+json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(batch.toJson(settings.source())))
                .build();
        try {
            HttpResponse<byte[]> answer = http.send(request, HttpResponse.BodyHandlers.ofByteArray());
            return IntakeAnswer.of(answer.statusCode(), answer.body());
        } catch (IOException e) {
            return new IntakeAnswer.Later(String.valueOf(e));
        } catch (InterruptedException e) {
            throw new StopException();
        }
    }

    /// `close` has waited long enough.
    private static final class StopException extends RuntimeException {
        private static final long serialVersionUID = 1L;

        StopException() {
            super(null, null, false, false);
        }
    }
}
