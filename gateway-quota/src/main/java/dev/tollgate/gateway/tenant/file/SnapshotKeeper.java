package dev.tollgate.gateway.tenant.file;

import dev.tollgate.gateway.tenant.CatalogCopy;
import dev.tollgate.gateway.tenant.CatalogKeeper;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.TenantCatalog;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Writes the latest catalog to its snapshot, on a thread of its own, since a disk may be slow.
///
/// Lock rule: `offered` and `closed` are guarded by `lock`; no file is touched while it is held. Everything else
/// belongs to the writing thread.
public final class SnapshotKeeper implements CatalogKeeper, AutoCloseable {

    /// The least time between two writes.
    static final long WRITE_GAP_MS = 3_000;

    /// An unchanged catalog is written again after this time, so that the offset of the clocks stays fresh.
    static final long REFRESH_MS = 600_000;

    private static final long STOP_MS_MAX = 5_000;
    private static final Logger log = LoggerFactory.getLogger(SnapshotKeeper.class);

    private record Offer(TenantCatalog catalog, StorageState storage) {

        boolean isSameAs(@Nullable Offer other) {
            return other != null && catalog.isSameAs(other.catalog) && storage.equals(other.storage);
        }
    }

    private final CatalogSnapshot snapshot;
    private final LongSupplier ledgerOffsetMs;
    private final LongSupplier nanoTime;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Thread writer =
            Thread.ofPlatform().daemon().name("catalog-snapshot").unstarted(this::writeAll);
    private @Nullable Offer offered;
    private boolean closed;
    private @Nullable Offer written;
    private long writtenNanos;
    private volatile String fault = "";

    /// @param ledgerOffsetMs how far the ledger's clock is ahead of this machine's wall clock, now
    public SnapshotKeeper(CatalogSnapshot snapshot, LongSupplier ledgerOffsetMs, LongSupplier nanoTime) {
        this.snapshot = snapshot;
        this.ledgerOffsetMs = ledgerOffsetMs;
        this.nanoTime = nanoTime;
    }

    public void start() {
        writer.start();
    }

    @Override
    public void offer(TenantCatalog catalog, StorageState storage) {
        lock.lock();
        try {
            offered = new Offer(catalog, storage);
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /// Why the last write failed; empty when it did not.
    public String fault() {
        return fault;
    }

    private void writeAll() {
        try {
            Offer next = take();
            while (next != null) {
                if (isDue(next)) {
                    write(next);
                    pause();
                }
                next = take();
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
        }
    }

    /// The latest offer; null once all are taken and the keeper closes.
    private @Nullable Offer take() throws InterruptedException {
        lock.lock();
        try {
            while (offered == null && !closed) {
                changed.await();
            }
            Offer next = offered;
            offered = null;
            return next;
        } finally {
            lock.unlock();
        }
    }

    private boolean isDue(Offer next) {
        return !next.isSameAs(written)
                || nanoTime.getAsLong() - writtenNanos >= TimeUnit.MILLISECONDS.toNanos(REFRESH_MS);
    }

    private void write(Offer next) {
        try {
            snapshot.write(new CatalogCopy(next.catalog(), next.storage(), ledgerOffsetMs.getAsLong()));
            written = next;
            writtenNanos = nanoTime.getAsLong();
            fault = "";
        } catch (IOException failed) {
            log.warn("the snapshot of the catalog cannot be written: {}", failed.toString());
            fault = failed.toString();
        }
    }

    private void pause() throws InterruptedException {
        long leftNanos = TimeUnit.MILLISECONDS.toNanos(WRITE_GAP_MS);
        lock.lock();
        try {
            while (!closed && leftNanos > 0) {
                leftNanos = changed.awaitNanos(leftNanos);
            }
        } finally {
            lock.unlock();
        }
    }

    /// Writes what was offered last.
    @Override
    public void close() {
        lock.lock();
        try {
            closed = true;
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        try {
            writer.join(STOP_MS_MAX);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
