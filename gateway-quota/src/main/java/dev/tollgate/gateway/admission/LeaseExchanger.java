package dev.tollgate.gateway.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The only caller of the ledger: one thread that gathers the pages in need of an exchange and sends them as one
/// batch per tick. Pages come from any thread through [#offer]; each stands in the queue at most once.
final class LeaseExchanger implements Runnable {

    /// Exchanges start at least this far apart, so that they gather many tenants.
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /// Tenants of one exchange; the rest follows in the next one, at once.
    static final int BATCH_MAX = 100;

    /// A step of the ledger's clock against the monotonic clock that ends all leases.
    static final long CLOCK_STEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    /// How long the last settlements may take when the gateway stops.
    static final long CLOSING_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /// A ledger not called for so long gets an empty exchange: what its connection must plan anew, it plans before a
    /// request waits for it.
    static final long KEEP_WARM_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long FIRST_EXCHANGE_SECONDS_MAX = 10;
    private static final long IDLE_SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Logger LOG = LoggerFactory.getLogger(LeaseExchanger.class);

    /// When a lease of the page has surely ended and can be settled.
    private record Expiry(long atNanos, TenantLeases page) {}

    /// The ledger's clock between two moments of the monotonic clock.
    private record Reading(long clockUs, long sentNanos, long receivedNanos) {}

    private final QuotaLedger ledger;
    private final LeaseBook book;
    private final LedgerHealth health;
    private final LedgerClock clock;
    private final LongSupplier nanoTime;
    private final Queue<TenantLeases> queue = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Expiry> expiries =
            new PriorityQueue<>((a, b) -> Long.signum(a.atNanos() - b.atNanos()));
    private final CountDownLatch firstExchange = new CountDownLatch(1);
    private final AtomicLong leaseNumbers = new AtomicLong();
    private final QuotaDecision.Unavailable away;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;
    private @Nullable Reading lastReading;
    private long startedNanos;
    private long sweptNanos;
    private long calledNanos;

    LeaseExchanger(
            QuotaLedger ledger,
            LeaseBook book,
            LedgerHealth health,
            LedgerClock clock,
            LongSupplier nanoTime,
            QuotaDecision.Unavailable away) {
        this.ledger = ledger;
        this.book = book;
        this.health = health;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.away = away;
    }

    /// Takes a page into the next exchange.
    void offer(TenantLeases page) {
        queue.add(page);
        LockSupport.unpark(thread);
    }

    /// Returns when the ledger has been called once, or has not answered for a while.
    void awaitFirstExchange() throws InterruptedException {
        if (!firstExchange.await(FIRST_EXCHANGE_SECONDS_MAX, TimeUnit.SECONDS)) {
            LOG.warn("the quota ledger has not answered yet");
        }
    }

    /// Lets the thread settle what it can, and end.
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        startedNanos = nanoTime.getAsLong();
        sweptNanos = startedNanos;
        exchange(List.of(), List.of());
        firstExchange.countDown();
        while (!stopping) {
            try {
                work();
            } catch (RuntimeException fault) {
                LOG.error("an exchange with the quota ledger was given up", fault);
            }
        }
        settleAll();
    }

    private void work() {
        if (!health.isOpen()) {
            rest(nextWorkNanos());
            tick();
            return;
        }
        rest(nanoTime.getAsLong() + health.restNanos());
        if (!stopping) {
            probe();
        }
    }

    private long nextWorkNanos() {
        long now = nanoTime.getAsLong();
        if (!queue.isEmpty()) {
            return Math.max(now, startedNanos + TICK_NANOS);
        }
        Expiry next = expiries.peek();
        long idle = Math.min(sweptNanos + IDLE_SWEEP_NANOS, calledNanos + KEEP_WARM_NANOS);
        return next == null ? idle : Math.min(idle, next.atNanos());
    }

    /// Parks until then, but wakes for new work that may start.
    private void rest(long untilNanos) {
        long until = untilNanos;
        while (!stopping) {
            long left = until - nanoTime.getAsLong();
            if (left <= 0) {
                return;
            }
            LockSupport.parkNanos(this, left);
            if (!health.isOpen() && !queue.isEmpty()) {
                until = Math.min(until, startedNanos + TICK_NANOS);
            }
        }
    }

    private void tick() {
        long now = nanoTime.getAsLong();
        while (!expiries.isEmpty() && expiries.peek().atNanos() - now <= 0) {
            expiries.remove().page().queue();
        }
        if (now - sweptNanos >= IDLE_SWEEP_NANOS) {
            sweptNanos = now;
            book.dropIdle(now);
        }
        if (!exchangeQueued(now) && now - calledNanos >= KEEP_WARM_NANOS) {
            exchange(List.of(), List.of());
        }
    }

    private void probe() {
        if (!exchangeQueued(nanoTime.getAsLong())) {
            exchange(List.of(), List.of());
        }
    }

    /// False when no page had anything to exchange.
    private boolean exchangeQueued(long now) {
        List<TenantLeases> pages = new ArrayList<>();
        List<LeaseWant> wants = new ArrayList<>();
        TenantLeases page;
        while (wants.size() < BATCH_MAX && (page = queue.poll()) != null) {
            LeaseWant want = page.prepare(leaseNumbers::incrementAndGet, now);
            if (want != null) {
                pages.add(page);
                wants.add(want);
            }
        }
        if (wants.isEmpty()) {
            return false;
        }
        startedNanos = now;
        exchange(pages, wants);
        return true;
    }

    private void exchange(List<TenantLeases> pages, List<LeaseWant> wants) {
        long sentNanos = nanoTime.getAsLong();
        calledNanos = sentNanos;
        health.callStarted(sentNanos);
        List<LeaseGrant> grants;
        try {
            grants = ledger.exchange(wants);
            if (grants.size() != wants.size()) {
                throw new LedgerUnavailableException(wants.size() + " wants got " + grants.size() + " answers");
            }
        } catch (LedgerUnavailableException | RuntimeException failure) {
            failed(pages, failure);
            return;
        }
        if (health.succeeded()) {
            LOG.info("the quota ledger answers again");
        }
        long receivedNanos = nanoTime.getAsLong();
        if (!grants.isEmpty()) {
            observe(new Reading(grants.getFirst().clockUs(), sentNanos, receivedNanos));
        }
        for (int i = 0; i < grants.size(); i++) {
            TenantLeases page = pages.get(i);
            deliver(page.apply(grants.get(i), receivedNanos));
            if (grants.get(i).granted() > 0) {
                expiries.add(new Expiry(receivedNanos + grants.get(i).lifeMs() * 1_000_000L, page));
            }
        }
    }

    private void failed(List<TenantLeases> pages, Exception failure) {
        if (health.failed()) {
            LOG.warn("the quota ledger is away: {}", failure.toString());
        } else {
            LOG.debug("an exchange with the quota ledger failed", failure);
        }
        for (TenantLeases page : pages) {
            deliver(page.fail(health.isOpen(), away));
        }
    }

    /// A ledger whose clock steps no longer counts leases in the windows in which they are used: they end.
    private void observe(Reading reading) {
        Reading last = lastReading;
        lastReading = reading;
        clock.observe(reading.clockUs() / 1_000, reading.sentNanos(), reading.receivedNanos());
        if (last == null) {
            return;
        }
        long passed = (reading.clockUs() - last.clockUs()) * 1_000;
        if (passed > reading.receivedNanos() - last.sentNanos() + CLOCK_STEP_NANOS
                || passed < reading.sentNanos() - last.receivedNanos() - CLOCK_STEP_NANOS) {
            LOG.warn("the quota ledger's clock has stepped; all leases end");
            book.finishAll();
        }
    }

    private static void deliver(List<TenantLeases.Answer> answers) {
        for (TenantLeases.Answer answer : answers) {
            try {
                answer.waiter().deliver(answer.decision());
            } catch (RuntimeException refused) {
                LOG.debug("an event loop took no answer", refused);
            }
        }
    }

    private void settleAll() {
        long until = nanoTime.getAsLong() + CLOSING_NANOS_MAX;
        do {
            book.finishAll();
            boolean settling = exchangeQueued(nanoTime.getAsLong());
            if (settling && health.isOpen()) {
                LockSupport.parkNanos(this, TICK_NANOS);
            }
        } while (book.hasUnsettled() && until - nanoTime.getAsLong() > 0);
    }
}
