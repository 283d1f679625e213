package dev.tollgate.aggregator.topology;

import java.util.concurrent.atomic.LongAdder;

/// What became of the records since the process started; a transaction that is rolled back counts twice. Safe for use
/// by several threads.
public final class FoldCounters {

    public final LongAdder folded = new LongAdder();
    public final LongAdder repeated = new LongAdder();
    public final LongAdder invalid = new LongAdder();
    public final LongAdder overflowed = new LongAdder();
    public final LongAdder stale = new LongAdder();
    public final LongAdder emitted = new LongAdder();
}
