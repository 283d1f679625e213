package dev.tollgate.gateway.token;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The issuer's keys, kept fresh by a thread of its own: read once in a while, and out of turn when a token names a key
/// that is not among them. Safe for all threads; only that thread waits for the issuer.
///
/// While the issuer is away the last keys go on, for as long as they are kept at most; a document that is no key set
/// counts as away. An issuer that publishes fewer keys, or none, is believed.
public final class IssuerKeyring implements AutoCloseable {

    /// The least time between two readings, whoever asks for them: an unknown key that appears meanwhile is known this
    /// much later at the latest.
    public static final Duration READ_GAP = Duration.ofSeconds(5);

    /// How long a start waits for the first reading; it goes on without keys then.
    static final Duration FIRST_READING_MAX = Duration.ofSeconds(3);

    private static final long STOP_MS_MAX = 1_000;
    private static final Logger log = LoggerFactory.getLogger(IssuerKeyring.class);

    private final KeyDocument document;
    private final KeyReader reader;
    private final Duration refresh;
    private final Duration keptMax;
    private final LongSupplier nanoTime;
    private final Thread follower =
            Thread.ofPlatform().daemon().name("issuer-keys").unstarted(this::follow);
    private volatile IssuerKeys keys = IssuerKeys.UNKNOWN;
    private volatile String fault = "not read yet";
    private final AtomicLong failedReadings = new AtomicLong();
    private long keysReadNanos;
    private long readingBeganNanos;
    private boolean asked;
    private boolean closed;
    private @Nullable CompletableFuture<Void> reading;

    /// @param refresh how often the keys are read without anybody asking
    /// @param keptMax how long keys are used that could not be read again
    public IssuerKeyring(
            KeyDocument document, KeyReader reader, Duration refresh, Duration keptMax, LongSupplier nanoTime) {
        this.document = document;
        this.reader = reader;
        this.refresh = refresh;
        this.keptMax = keptMax;
        this.nanoTime = nanoTime;
    }

    /// Begins to follow the issuer; returns once its keys were read, or a bounded time later. Called once.
    public void start() {
        CompletableFuture<Void> first = new CompletableFuture<>();
        synchronized (this) {
            reading = first;
        }
        follower.start();
        try {
            first.get(FIRST_READING_MAX.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        } catch (TimeoutException | ExecutionException late) {
            log.warn("the issuer's keys are not there yet; tokens are answered 503 until they are");
        }
    }

    /// The keys in force; [IssuerKeys#UNKNOWN] when there never were any, or none that may still be used.
    public IssuerKeys keys() {
        return keys;
    }

    /// Why the last reading failed; empty when it did not.
    public String fault() {
        return fault;
    }

    public long failedReadings() {
        return failedReadings.get();
    }

    /// Has the keys read out of turn; the answer is complete when they were read, well or not. Empty when they were
    /// read a moment ago.
    public synchronized Optional<CompletableFuture<Void>> readAgain() {
        CompletableFuture<Void> underWay = reading;
        if (underWay != null) {
            return Optional.of(underWay);
        }
        if (closed || nanoTime.getAsLong() - readingBeganNanos < READ_GAP.toNanos()) {
            return Optional.empty();
        }
        CompletableFuture<Void> next = new CompletableFuture<>();
        reading = next;
        asked = true;
        notifyAll();
        return Optional.of(next);
    }

    private void follow() {
        try {
            while (begin()) {
                read();
                finished();
                awaitTurn();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        } finally {
            finished();
        }
    }

    private synchronized boolean begin() {
        asked = false;
        readingBeganNanos = nanoTime.getAsLong();
        if (reading == null) {
            reading = new CompletableFuture<>();
        }
        return !closed;
    }

    private void read() throws InterruptedException {
        try {
            take(reader.read(document.read()));
        } catch (IOException | RuntimeException away) {
            failedReadings.incrementAndGet();
            String reason = away.toString();
            if (!reason.equals(fault)) {
                log.warn("the issuer's keys cannot be read, {} are in use: {}", keys.size(), reason);
            }
            fault = reason;
            if (keys.isKnown() && nanoTime.getAsLong() - keysReadNanos > keptMax.toNanos()) {
                log.error("the issuer's keys could not be read for {}, they are not used any more", keptMax);
                keys = IssuerKeys.UNKNOWN;
            }
        }
    }

    private void take(IssuerKeys fresh) {
        keysReadNanos = nanoTime.getAsLong();
        fault = "";
        if (!fresh.hasKeysOf(keys)) {
            keys = fresh;
            log.info("the issuer has published {} usable keys", fresh.size());
        }
    }

    private void finished() {
        CompletableFuture<Void> done;
        synchronized (this) {
            done = reading;
            reading = null;
        }
        if (done != null) {
            done.complete(null);
        }
    }

    private synchronized void awaitTurn() throws InterruptedException {
        Duration gap = fault.isEmpty() || refresh.compareTo(READ_GAP) < 0 ? refresh : READ_GAP;
        long restMs = restMs(gap);
        while (!closed && !asked && restMs > 0) {
            wait(restMs);
            restMs = restMs(gap);
        }
    }

    private long restMs(Duration gap) {
        long rested = nanoTime.getAsLong() - readingBeganNanos;
        return Math.ceilDiv(gap.toNanos() - rested, TimeUnit.MILLISECONDS.toNanos(1));
    }

    @Override
    public void close() {
        synchronized (this) {
            closed = true;
            notifyAll();
        }
        follower.interrupt();
        try {
            follower.join(STOP_MS_MAX);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
        document.close();
    }
}
