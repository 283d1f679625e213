package dev.tollgate.gateway.admission;

import java.time.Duration;
import java.time.Instant;

/// Tokens that this gateway may hand out until their life ends. The life counts on the monotonic clock from the
/// moment at which the lease was first asked for, which is never later than the ledger's reading; so no token is used
/// later than the ledger believes.
///
/// While a request that holds tokens is undecided, the lease is pinned: it is not settled, so that the tokens can
/// still return to every window.
///
/// Touched only under the monitor of the [TenantLeases] that holds it.
final class QuotaLease {

    private static final long SECOND_US = 1_000_000L;

    private final long number;
    private final long sentNanos;
    private final long readingUs;
    private final long lifeNanos;
    private final QuotaWindow tightest;
    private final long limit;
    private final long usedAtGrant;
    private final long resetsNanos;
    private final long resetsAtMs;
    private long tokens;
    private long usedInFirst;
    private long usedInSecond;
    private long usedInThird;
    private int undecided;
    private boolean ended;
    private boolean finished;

    /// A lease granted to the want `number`, first sent at `sentNanos`, whose answer came at `receivedNanos`.
    QuotaLease(long number, long sentNanos, long receivedNanos, LeaseGrant grant) {
        this.number = number;
        this.sentNanos = sentNanos;
        this.readingUs = grant.readingUs();
        this.lifeNanos = grant.lifeMs() * 1_000_000L;
        this.tokens = grant.granted();
        this.tightest = grant.tightest();
        WindowUsage usage = grant.usage(tightest);
        this.limit = usage.limit();
        this.usedAtGrant = usage.current();
        this.resetsNanos = receivedNanos + usage.resetsInMs() * 1_000_000L;
        this.resetsAtMs = grant.clockUs() / 1_000 + usage.resetsInMs();
    }

    boolean isLive(long nowNanos) {
        return !ended && nowNanos - sentNanos < lifeNanos;
    }

    boolean isEmpty() {
        return tokens == 0;
    }

    boolean isPinned() {
        return undecided > 0;
    }

    boolean isEnded() {
        return ended;
    }

    long endNanos() {
        return sentNanos + lifeNanos;
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
        use(cost, nowNanos);
        return true;
    }

    /// A request holds tokens of this lease and may give them back.
    void pin() {
        undecided++;
    }

    /// That request is decided.
    void unpin() {
        undecided--;
    }

    /// Takes tokens back that were spent at `spentNanos`; too late once the lease is finished.
    void giveBack(long cost, long spentNanos) {
        if (finished) {
            return;
        }
        tokens += cost;
        use(-cost, spentNanos);
    }

    /// Dates tokens spent at `spentNanos` to a later moment; false when the lease is over by then.
    boolean redate(long cost, long spentNanos, long nowNanos) {
        if (!isLive(nowNanos)) {
            return false;
        }
        use(-cost, spentNanos);
        use(cost, nowNanos);
        return true;
    }

    /// Nothing can be spent from it any more; tokens can still be given back.
    void end() {
        ended = true;
    }

    /// Nothing can be spent or given back afterwards.
    LeaseSettlement finish() {
        ended = true;
        finished = true;
        return new LeaseSettlement(number, usedInFirst, usedInSecond, usedInThird);
    }

    /// Tokens used or lent out in the tightest window, without what this lease still holds.
    long current() {
        return Math.max(0, usedAtGrant - tokens);
    }

    /// The quota nearest to exhaustion with `current` tokens used.
    QuotaState closest(String routePolicy, long current, long nowNanos) {
        return new QuotaState(
                tightest.quotaOf(routePolicy),
                tightest.nominalLength().toSeconds(),
                limit,
                current,
                Duration.ofNanos(Math.max(0, resetsNanos - nowNanos)),
                Instant.ofEpochMilli(resetsAtMs));
    }

    /// A life of at most 2 s touches at most three seconds of the ledger's clock.
    private void use(long cost, long atNanos) {
        long usedUs = readingUs + Math.max(0, atNanos - sentNanos) / 1_000;
        long second = usedUs / SECOND_US - readingUs / SECOND_US;
        if (second <= 0) {
            usedInFirst += cost;
        } else if (second == 1) {
            usedInSecond += cost;
        } else {
            usedInThird += cost;
        }
    }
}
