package dev.tollgate.aggregator.reconcile;

import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/// What others may see of the reconciler. Safe for use by several threads.
public final class ReconcileStatus {

    private final Map<FindingKind, LongAdder> found = new EnumMap<>(FindingKind.class);
    private final LongAdder compared = new LongAdder();
    private final LongAdder waiting = new LongAdder();
    private final LongAdder unchecked = new LongAdder();
    private volatile OpenFindings open = OpenFindings.NONE;

    public ReconcileStatus() {
        for (FindingKind kind : FindingKind.values()) {
            found.put(kind, new LongAdder());
        }
    }

    /// As of the last pass.
    public OpenFindings open() {
        return open;
    }

    public void open(OpenFindings findings) {
        open = findings;
    }

    public void found(FindingKind kind) {
        counter(kind).increment();
    }

    /// @param hours compared in a page
    /// @param later hours of it of which something was under way
    public void compared(long hours, long later) {
        compared.add(hours);
        waiting.add(later);
    }

    /// Ranges that took too long to compare.
    public void unchecked(long ranges) {
        unchecked.add(ranges);
    }

    public long foundOf(FindingKind kind) {
        return counter(kind).sum();
    }

    public long comparedHours() {
        return compared.sum();
    }

    public long waitingHours() {
        return waiting.sum();
    }

    public long uncheckedRanges() {
        return unchecked.sum();
    }

    private LongAdder counter(FindingKind kind) {
        LongAdder counter = found.get(kind);
        if (counter == null) {
            throw new IllegalStateException("no counter of " + kind);
        }
        return counter;
    }
}
