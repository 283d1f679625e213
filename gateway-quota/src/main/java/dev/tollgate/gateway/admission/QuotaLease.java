package dev.tollgate.gateway.admission;

import java.time.Duration;
import java.time.Instant;

/// Tokens that this gateway may hand out until their life ends. The life counts on the monotonic clock from the
/// moment at which the lease was first asked for, which is never later than the ledger's reading; so no token is used
/// later than the ledger believes.
///
/// Touched only under the monitor of the [TenantLeases] that holds it.
final class QuotaLease {

    private static final long SECOND_US = 1_000_000L;

    /// A life of at most 2 s touches at most three clock seconds.
    private static final int SECONDS_TOUCHED_MAX = 3;

    private final long number;
    private final long sentNanos;
    private final long readingUs;
    private final long lifeNanos;
    private final QuotaWindow tightest;
    private final WindowUsage usage;
    private final long resetsNanos;
    private final Instant resetsAt;
    private final long[] usedBySecond = new long[SECONDS_TOUCHED_MAX];
    private long tokens;
    private boolean finished;

    /// A lease granted to the want `number`, first sent at `sentNanos`, whose answer came at `receivedNanos`.
    QuotaLease(long number, long sentNanos, long receivedNanos, LeaseGrant grant) {
        this.number = number;
        this.sentNanos = sentNanos;
        this.readingUs = grant.readingUs();
        this.lifeNanos = grant.lifeMs() * 1_000_000L;
        this.tokens = grant.granted();
        this.tightest = grant.tightest();
        this.usage = grant.usage(tightest);
        this.resetsNanos = receivedNanos + usage.resetsInMs() * 1_000_000L;
        this.resetsAt = Instant.ofEpochMilli(grant.clockUs() / 1_000 + usage.resetsInMs());
    }

    boolean isLive(long nowNanos) {
        return !finished && nowNanos - sentNanos < lifeNanos;
    }

    boolean isEmpty() {
        return tokens == 0;
    }

    /// Tokens that can still be spent.
    long spendable(long nowNanos) {
        return isLive(nowNanos) ? tokens : 0;
    }

    /// Takes `cost` tokens, or none when it is over or has fewer.
    boolean spend(long cost, long nowNanos) {
        if (tokens < cost || !isLive(nowNanos)) {
            return false;
        }
        tokens -= cost;
        usedBySecond[secondOf(nowNanos)] += cost;
        return true;
    }

    /// Takes tokens back that were spent at `spentNanos`; too late once the lease is finished.
    void giveBack(long cost, long spentNanos) {
        if (finished) {
            return;
        }
        tokens += cost;
        usedBySecond[secondOf(spentNanos)] -= cost;
    }

    /// Ends the lease: nothing can be spent or given back afterwards.
    LeaseSettlement finish() {
        finished = true;
        return new LeaseSettlement(number, usedBySecond[0], usedBySecond[1], usedBySecond[2]);
    }

    /// The quota nearest to exhaustion: what was used at the grant, without what this lease still holds.
    QuotaState closest(long nowNanos) {
        long current = Math.max(0, usage.current() - tokens);
        Duration resetsIn = Duration.ofNanos(Math.max(0, resetsNanos - nowNanos));
        return new QuotaState(tightest, usage.limit(), current, resetsIn, resetsAt);
    }

    private int secondOf(long nowNanos) {
        long usedUs = readingUs + Math.max(0, nowNanos - sentNanos) / 1_000;
        return (int) Math.min(SECONDS_TOUCHED_MAX - 1, usedUs / SECOND_US - readingUs / SECOND_US);
    }
}
