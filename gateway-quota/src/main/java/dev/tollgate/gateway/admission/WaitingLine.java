package dev.tollgate.gateway.admission;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sees to it that no request waits longer than [#WAIT_NANOS_MAX] for the ledger, whatever the exchanger's thread is
/// stuck in. One thread of its own; requests join from any thread.
final class WaitingLine implements Runnable {

    /// Leaves room to answer within 50 ms.
    static final long WAIT_NANOS_MAX = TimeUnit.MILLISECONDS.toNanos(42);

    /// Requests of all tenants in the line; those beyond are not let in.
    static final int WAITING_MAX = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(WaitingLine.class);

    private final Queue<Waiter> line = new ConcurrentLinkedQueue<>();
    private final AtomicInteger length = new AtomicInteger();
    private final LongSupplier nanoTime;
    private final Function<Waiter, QuotaDecision> tooLate;
    private volatile @Nullable Thread thread;
    private volatile boolean stopping;

    /// @param tooLate decides without the ledger
    WaitingLine(LongSupplier nanoTime, Function<Waiter, QuotaDecision> tooLate) {
        this.nanoTime = nanoTime;
        this.tooLate = tooLate;
    }

    /// False when the line is full.
    boolean join(Waiter waiter) {
        if (length.incrementAndGet() > WAITING_MAX) {
            length.decrementAndGet();
            return false;
        }
        line.add(waiter);
        LockSupport.unpark(thread);
        return true;
    }

    /// Lets everybody go and ends.
    void stop() {
        stopping = true;
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        while (!stopping || !line.isEmpty()) {
            Waiter first = line.peek();
            if (first == null) {
                LockSupport.park(this);
                continue;
            }
            long left = first.deadlineNanos - nanoTime.getAsLong();
            if (left > 0 && !stopping) {
                LockSupport.parkNanos(this, left);
                continue;
            }
            line.remove();
            length.decrementAndGet();
            if (first.leases.abandon(first)) {
                letGo(first);
            }
        }
    }

    private void letGo(Waiter waiter) {
        try {
            waiter.deliver(tooLate.apply(waiter));
        } catch (RuntimeException refused) {
            LOG.debug("an event loop took no answer", refused);
        }
    }
}
