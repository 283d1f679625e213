package dev.tollgate.gateway.journal.file;

import java.util.concurrent.atomic.AtomicLong;

/// The bytes of all segment files together. Safe for all threads.
final class JournalBudget {

    private final long bytesMax;
    private final AtomicLong used = new AtomicLong();

    JournalBudget(long bytesMax) {
        this.bytesMax = bytesMax;
    }

    /// Takes the bytes if they fit.
    boolean tryTake(long bytes) {
        long before = used.get();
        while (before + bytes <= bytesMax) {
            if (used.compareAndSet(before, before + bytes)) {
                return true;
            }
            before = used.get();
        }
        return false;
    }

    /// Takes the bytes even if they do not fit.
    void take(long bytes) {
        used.addAndGet(bytes);
    }

    void giveBack(long bytes) {
        used.addAndGet(-bytes);
    }

    long used() {
        return used.get();
    }
}
