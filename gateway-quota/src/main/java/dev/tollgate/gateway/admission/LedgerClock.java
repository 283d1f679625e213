package dev.tollgate.gateway.admission;

import java.time.InstantSource;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/// The ledger's clock as seen from here: each exchange with the ledger anchors its reading to the local monotonic
/// clock. Before the first reading it is the local wall clock, corrected by what an earlier process knew.
///
/// Safe for use by several threads; readers see the latest anchor. It can step when a better anchor arrives: whoever
/// needs monotone times keeps them so.
public final class LedgerClock {

    /// An anchor older than this gives way to any newer reading.
    private static final long ANCHOR_AGE_NANOS_MAX = TimeUnit.SECONDS.toNanos(10);

    /// A reading this far from the anchor's prediction wins at once: the ledger's clock has stepped.
    private static final long STEP_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    /// `ledgerNanos` since the epoch at local `nanos`, known to within `errorNanos`.
    private record Anchor(long nanos, long ledgerNanos, long errorNanos) {
        long at(long now) {
            return ledgerNanos + (now - nanos);
        }
    }

    /// The error of an anchor that is no reading of the ledger's clock.
    private static final long NO_READING = Long.MAX_VALUE / 4;

    private final InstantSource wallClock;
    private final LongSupplier nanoTime;
    private volatile Anchor anchor;

    public LedgerClock(InstantSource wallClock, LongSupplier nanoTime) {
        this.wallClock = wallClock;
        this.nanoTime = nanoTime;
        this.anchor = wallClockPlus(0);
    }

    private Anchor wallClockPlus(long offsetMs) {
        long ledgerNanos = TimeUnit.MILLISECONDS.toNanos(wallClock.millis() + offsetMs);
        return new Anchor(nanoTime.getAsLong(), ledgerNanos, NO_READING);
    }

    /// Goes by what an earlier process knew until the first reading: how far the ledger's clock was ahead of the local
    /// wall clock.
    public synchronized void assume(long offsetMs) {
        if (anchor.errorNanos() == NO_READING) {
            anchor = wallClockPlus(offsetMs);
        }
    }

    /// How far the ledger's clock is ahead of the local wall clock, in milliseconds.
    public long offsetMs() {
        return epochMs() - wallClock.millis();
    }

    /// Milliseconds since the epoch by the ledger's clock.
    public long epochMs() {
        return Math.floorDiv(anchor.at(nanoTime.getAsLong()), 1_000_000L);
    }

    /// Takes a reading that the ledger made between two moments of the local monotonic clock.
    public synchronized void observe(long ledgerEpochMs, long sentNanos, long receivedNanos) {
        long errorNanos = Math.max(0, receivedNanos - sentNanos) / 2;
        long middleNanos = sentNanos + errorNanos;
        Anchor reading = new Anchor(middleNanos, TimeUnit.MILLISECONDS.toNanos(ledgerEpochMs), errorNanos);
        Anchor held = anchor;
        long offNanos = Math.abs(reading.ledgerNanos() - held.at(middleNanos));
        if (errorNanos <= held.errorNanos()
                || middleNanos - held.nanos() > ANCHOR_AGE_NANOS_MAX
                || offNanos > STEP_NANOS + errorNanos) {
            anchor = reading;
        }
    }
}
