package dev.tollgate.gateway.violation;

import dev.tollgate.schema.contract.EventText;
import dev.tollgate.schema.contract.FieldRules;
import dev.tollgate.schema.contract.QuotaViolation;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Counts denials per tenant, quota, route and minute in memory and adds them to the store every second, so that an
/// attack makes one row a minute. What the store does not take waits here, and the flush whose answer was lost is
/// repeated as it was before anything else is written.
///
/// [#record] is safe for use by several threads. Lock rule: flushing holds this object's monitor; [#record] takes none.
public final class ViolationCounter implements ViolationLog, AutoCloseable {

    /// Counts held at a time; while the store is away, denials of further tenants, quotas and routes are only totalled.
    static final int COUNTS_MAX = 10_000;

    /// Counts written at a time.
    static final int BATCH_MAX = 500;

    static final long FLUSH_MS = 1_000;

    /// How often the end tries to write what is left.
    static final int FLUSHES_AT_CLOSE_MAX = 2;

    private static final Logger log = LoggerFactory.getLogger(ViolationCounter.class);

    private final ViolationStore store;
    private final LongSupplier epochMs;
    private final ConcurrentMap<ViolationTally.Key, ViolationTally> tallies = new ConcurrentHashMap<>();
    private final LongAdder counted = new LongAdder();
    private final LongAdder uncounted = new LongAdder();
    private final ScheduledExecutorService flusher = Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("quota-violations").factory());

    private final OutageNotice notice = new OutageNotice(log, "the store of counted denials");
    private List<QuotaViolation> unanswered = List.of();
    private long flushNumber;
    private long uncountedToldOf;

    /// @param epochMs the ledger's clock, which says to what minute a denial belongs
    public ViolationCounter(ViolationStore store, LongSupplier epochMs) {
        this.store = store;
        this.epochMs = epochMs;
    }

    public void start() {
        flusher.scheduleWithFixedDelay(this::turn, FLUSH_MS, FLUSH_MS, TimeUnit.MILLISECONDS);
    }

    private boolean turn() {
        try {
            return flush();
        } catch (RuntimeException unexpected) {
            log.error("a flush of counted denials failed and is repeated", unexpected);
            return false;
        }
    }

    @Override
    public void record(
            String tenantId, String quota, long limit, long current, String route, @Nullable String endpoint) {
        var key = new ViolationTally.Key(
                tenantId,
                EventText.clean(quota, QuotaViolation.QUOTA_TYPE_CHARS_MAX),
                EventText.clean(route, FieldRules.ROUTE_CHARS_MAX),
                ViolationTally.minuteOf(epochMs.getAsLong()));
        String path = endpoint == null ? null : EventText.clean(endpoint, FieldRules.ENDPOINT_CHARS_MAX);
        if (tallies.size() >= COUNTS_MAX && !tallies.containsKey(key)) {
            uncounted.increment();
            return;
        }
        // compute excludes remove: nobody adds to a tally that the flush has taken.
        tallies.compute(key, (_, held) -> (held == null ? new ViolationTally() : held).plus(limit, current, path));
        counted.increment();
    }

    /// Writes what has been counted until the store refuses; the rest is kept for the next time.
    ///
    /// @return whether nothing is left
    synchronized boolean flush() {
        if (!write()) {
            return false;
        }
        // One pass over the keys: those that come meanwhile belong to the next flush.
        Iterator<ViolationTally.Key> keys = tallies.keySet().iterator();
        while (keys.hasNext()) {
            unanswered = take(keys);
            flushNumber++;
            if (!write()) {
                return false;
            }
        }
        tellOfUncounted();
        return true;
    }

    private List<QuotaViolation> take(Iterator<ViolationTally.Key> keys) {
        List<QuotaViolation> batch = new ArrayList<>();
        while (keys.hasNext() && batch.size() < BATCH_MAX) {
            ViolationTally.Key key = keys.next();
            ViolationTally tally = tallies.remove(key);
            if (tally != null) {
                batch.add(tally.under(key));
            }
        }
        return batch;
    }

    private boolean write() {
        if (unanswered.isEmpty()) {
            return true;
        }
        try {
            store.add(flushNumber, unanswered);
        } catch (ViolationsUnavailableException | RuntimeException away) {
            notice.failed(away);
            return false;
        }
        unanswered = List.of();
        notice.worked();
        return true;
    }

    private void tellOfUncounted() {
        long all = uncounted.sum();
        if (all > uncountedToldOf) {
            log.warn("{} denials are in no tenant's count: {} counts were waiting", all - uncountedToldOf, COUNTS_MAX);
            uncountedToldOf = all;
        }
    }

    /// Denials counted since the start, those that were only totalled left out.
    public long countedDenials() {
        return counted.sum();
    }

    /// Denials that are in no count, since [#COUNTS_MAX] counts were waiting.
    public long uncountedDenials() {
        return uncounted.sum();
    }

    /// Writes the rest.
    @Override
    public void close() {
        flusher.shutdown();
        boolean written = turn();
        for (int tries = 1; !written && tries < FLUSHES_AT_CLOSE_MAX; tries++) {
            written = turn();
        }
        if (!written) {
            log.error("{} counts of denials are lost: the store of violations does not answer", waiting());
        }
    }

    /// Counts that are not stored yet.
    synchronized int waiting() {
        return unanswered.size() + tallies.size();
    }
}
