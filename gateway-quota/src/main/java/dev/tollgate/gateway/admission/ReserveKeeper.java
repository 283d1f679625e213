package dev.tollgate.gateway.admission;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Keeps the list of reserves in the [ReserveStore] true: a reserve is listed soon after it was granted, and is out of
/// the store before its page may return it. One thread of its own writes, since the disk may be slow; many changes
/// become one write.
///
/// Its own monitor guards the changes that wait; accounts are told outside of it.
final class ReserveKeeper implements Runnable {

    /// Writes start at least this far apart.
    static final long PACE_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /// A write that only adds waits this long for others.
    static final long LISTING_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final Logger LOG = LoggerFactory.getLogger(ReserveKeeper.class);

    /// An account that waits until its reserve is out of the store.
    private record Unlisting(String key, RowAccount account) {}

    private final ReserveStore store;
    private final LongSupplier nanoTime;
    private final Map<String, ReserveStore.Row> listed = new ConcurrentHashMap<>();
    private List<Unlisting> unlistings = new ArrayList<>();
    private boolean changed;
    private int gateways;
    private boolean stopping;
    private List<ReserveStore.Row> left = List.of();
    private volatile @Nullable Thread thread;

    /// @param gateways as read from the store
    ReserveKeeper(ReserveStore store, int gateways, LongSupplier nanoTime) {
        this.store = store;
        this.gateways = gateways;
        this.changed = gateways > 1;
        this.nanoTime = nanoTime;
    }

    /// Lists a reserve for the next process.
    synchronized void list(ReserveStore.Row row) {
        if (row.tokens() > 0) {
            listed.put(row.key(), row);
            changed = true;
            LockSupport.unpark(thread);
        }
    }

    /// Takes a reserve off the list and tells the account when that is durable.
    synchronized void unlist(String key, RowAccount account) {
        changed |= listed.remove(key) != null;
        unlistings.add(new Unlisting(key, account));
        LockSupport.unpark(thread);
    }

    /// Notes how many gateways live.
    synchronized void live(int count) {
        changed |= count != gateways;
        gateways = count;
        LockSupport.unpark(thread);
    }

    /// Writes what is left, and ends.
    ///
    /// @param leftBehind what the next process must know beside, or instead of, what is listed
    synchronized void stop(List<ReserveStore.Row> leftBehind) {
        stopping = true;
        left = leftBehind;
        changed |= !leftBehind.isEmpty();
        for (ReserveStore.Row row : leftBehind) {
            listed.remove(row.key());
        }
        LockSupport.unpark(thread);
    }

    @Override
    public void run() {
        thread = Thread.currentThread();
        long writtenNanos = nanoTime.getAsLong() - LISTING_NANOS;
        while (true) {
            long sinceNanos = nanoTime.getAsLong() - writtenNanos;
            long restNanos = restNanos(sinceNanos);
            if (restNanos > 0) {
                LockSupport.parkNanos(this, restNanos);
                continue;
            }
            writtenNanos = nanoTime.getAsLong();
            boolean last = isStopping();
            writeAndTell();
            if (last) {
                return;
            }
        }
    }

    private synchronized boolean isStopping() {
        return stopping;
    }

    /// How long nothing has to be written yet.
    private synchronized long restNanos(long sinceNanos) {
        if (stopping) {
            return 0;
        }
        if (!unlistings.isEmpty()) {
            return PACE_NANOS - sinceNanos;
        }
        return changed ? LISTING_NANOS - sinceNanos : TimeUnit.SECONDS.toNanos(10);
    }

    private void writeAndTell() {
        List<Unlisting> gone;
        ReserveStore.Content content = null;
        synchronized (this) {
            gone = unlistings;
            unlistings = new ArrayList<>();
            if (changed) {
                List<ReserveStore.Row> rows = new ArrayList<>(listed.values());
                rows.addAll(left);
                content = new ReserveStore.Content(gateways, rows);
            }
            changed = false;
        }
        try {
            if (content != null) {
                store.write(content);
            }
        } catch (RuntimeException failed) {
            LOG.warn("the list of reserves was not written; they cannot return before it is", failed);
            synchronized (this) {
                changed = true;
                unlistings.addAll(gone);
            }
            LockSupport.parkNanos(this, LISTING_NANOS);
            return;
        }
        gone.forEach(each -> each.account().unlisted(each.key()));
    }
}
