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
/// batch per tick. Pages come from any thread through [#exchange(TenantLeases)]; each stands in the queue at most once.
///
/// While the ledger is away it only asks whether it is back; pages wait in the queue. Of a page, uses are booked before
/// its next lease is asked for.
final class LeaseExchanger implements Runnable, PageHost {

    /// Exchanges start at least this far apart, so that they gather many tenants.
    static final long TICK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    /// Pages of one exchange; the rest follows in the next one, at once.
    static final int BATCH_MAX = 100;

    /// How long the last settlements may take when the gateway stops.
    static final long CLOSING_NANOS_MAX = TimeUnit.SECONDS.toNanos(1);

    /// The gateway names itself to the ledger this often, and a ledger not called for so long gets an empty exchange:
    /// what its connection must plan anew, it plans before a request waits for it.
    static final long KEEP_WARM_NANOS = TimeUnit.SECONDS.toNanos(3);

    private static final long FIRST_EXCHANGE_SECONDS_MAX = 10;
    private static final long IDLE_SWEEP_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final Logger LOG = LoggerFactory.getLogger(LeaseExchanger.class);

    /// When the page wants to be exchanged, for example because a lease of it has surely ended and can be settled.
    private record Alarm(long atNanos, TenantLeases page) {}

    private final LedgerCalls calls;
    private final LeaseBook book;
    private final LedgerHealth health;
    private final LongSupplier nanoTime;
    private final LedgerClock clock;
    private final ReserveKeeper reserves;
    private final Queue<TenantLeases> queue = new ConcurrentLinkedQueue<>();
    private final PriorityQueue<Alarm> alarms = new PriorityQueue<>((a, b) -> Long.signum(a.atNanos() - b.atNanos()));
    private final CountDownLatch firstExchange = new CountDownLatch(1);
    private final AtomicLong numbers = new AtomicLong();
    private volatile @Nullable Thread thread;
    private volatile int gateways;
    private volatile boolean stopping;
    private long startedNanos;
    private long sweptNanos;
    private long exchangedNanos;
    private long attendedNanos;

    /// @param calls let `health` and `clock` know
    /// @param gateways that lived when a former process last heard of them
    LeaseExchanger(
            LedgerCalls calls,
            LeaseBook book,
            LedgerHealth health,
            LedgerClock clock,
            LongSupplier nanoTime,
            ReserveKeeper reserves,
            int gateways) {
        this.calls = calls;
        this.book = book;
        this.health = health;
        this.clock = clock;
        this.nanoTime = nanoTime;
        this.reserves = reserves;
        this.gateways = gateways;
    }

    @Override
    public void exchange(TenantLeases page) {
        queue.add(page);
        LockSupport.unpark(thread);
    }

    @Override
    public void alarm(TenantLeases page, long atNanos) {
        alarms.add(new Alarm(atNanos, page));
    }

    @Override
    public int gateways() {
        return gateways;
    }

    @Override
    public long epochMs() {
        return clock.epochMs();
    }

    @Override
    public ReserveKeeper reserves() {
        return reserves;
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
        attendedNanos = startedNanos - KEEP_WARM_NANOS;
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
            exchange(List.of(), List.of());
        }
    }

    private long nextWorkNanos() {
        long now = nanoTime.getAsLong();
        if (!queue.isEmpty()) {
            return Math.max(now, startedNanos + TICK_NANOS);
        }
        Alarm next = alarms.peek();
        long idle = Math.min(sweptNanos + IDLE_SWEEP_NANOS, attendedNanos + KEEP_WARM_NANOS);
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
        while (!alarms.isEmpty() && alarms.peek().atNanos() - now <= 0) {
            alarms.remove().page().queue();
        }
        if (now - sweptNanos >= IDLE_SWEEP_NANOS) {
            sweptNanos = now;
            book.dropIdle(now);
        }
        exchangeQueued(now);
        if (now - exchangedNanos >= KEEP_WARM_NANOS) {
            exchange(List.of(), List.of());
        }
        if (now - attendedNanos >= KEEP_WARM_NANOS) {
            attend();
        }
    }

    private void attend() {
        attendedNanos = nanoTime.getAsLong();
        Integer alive = calls.attend();
        if (alive != null) {
            gateways = Math.max(1, alive);
            reserves.live(gateways);
        }
    }

    /// False when no page waited.
    private boolean exchangeQueued(long now) {
        boolean sure = health.isSure();
        List<TenantLeases> pages = new ArrayList<>();
        BookingBatch bookings = new BookingBatch(calls, health, numbers::incrementAndGet);
        TenantLeases page;
        while (pages.size() < BATCH_MAX && (page = queue.poll()) != null) {
            pages.add(page);
        }
        if (pages.isEmpty()) {
            return false;
        }
        // Only then: a page that is queued anew must not stand in one batch twice, which the ledger refuses.
        for (TenantLeases taken : pages) {
            taken.taken();
            if (sure) {
                bookings.add(taken, this::alarm, now);
            }
        }
        startedNanos = now;
        bookings.bookOwed();
        exchangeLeases(pages);
        bookings.bookOther();
        if (!sure) {
            exchange(List.of(), List.of());
            pages.forEach(TenantLeases::queue);
        }
        endStepped();
        return true;
    }

    private void exchangeLeases(List<TenantLeases> queued) {
        List<TenantLeases> pages = new ArrayList<>(queued.size());
        List<LeaseWant> wants = new ArrayList<>(queued.size());
        for (TenantLeases page : queued) {
            if (health.isOpen()) {
                page.queue();
                continue;
            }
            LeaseWant want = page.prepare(numbers::incrementAndGet, nanoTime.getAsLong());
            if (want != null) {
                pages.add(page);
                wants.add(want);
            }
        }
        if (!wants.isEmpty()) {
            exchange(pages, wants);
        }
    }

    private void exchange(List<TenantLeases> pages, List<LeaseWant> wants) {
        exchangedNanos = nanoTime.getAsLong();
        List<LeaseGrant> grants = calls.exchange(wants);
        if (grants == null) {
            for (TenantLeases page : pages) {
                deliver(page.fail(health.isOpen(), nanoTime.getAsLong()));
            }
            return;
        }
        endStepped();
        long receivedNanos = calls.receivedNanos();
        for (int i = 0; i < grants.size(); i++) {
            TenantLeases page = pages.get(i);
            deliver(page.apply(grants.get(i), receivedNanos));
            if (grants.get(i).granted() > 0) {
                alarm(page, receivedNanos + grants.get(i).lifeMs() * 1_000_000L);
            }
        }
    }

    private void endStepped() {
        if (calls.takeStep()) {
            book.finishAll();
        }
    }

    private static void deliver(List<PageLine.Answer> answers) {
        for (PageLine.Answer answer : answers) {
            try {
                answer.waiter().deliver(answer.decision());
            } catch (RuntimeException refused) {
                LOG.debug("an event loop took no answer", refused);
            }
        }
    }

    /// With a ledger that is away nothing is returned: the next process needs it.
    private void settleAll() {
        long until = nanoTime.getAsLong() + CLOSING_NANOS_MAX;
        book.finishAll();
        do {
            if (health.isOpen()) {
                exchange(List.of(), List.of());
            } else {
                book.returnReserves();
            }
            if (health.isOpen() || !exchangeQueued(nanoTime.getAsLong())) {
                LockSupport.parkNanos(this, TICK_NANOS);
            }
        } while (book.owes() && until - nanoTime.getAsLong() > 0);
    }
}
