package dev.tollgate.gateway.admission;

/// Says how many tokens a lease should have and how long it should live. It covers a stretch of the tenant's traffic,
/// but near the limit it takes little more than what is waiting, and for a short time, so that no gateway sits on
/// tokens that another could use.
final class LeaseSizer {

    /// A lease covers this stretch of traffic.
    static final int SPAN_MS = 500;

    /// Beyond what is waiting, a lease takes at most this share of what is left.
    static final int SHARE_OF_REMAINING = 8;

    /// Of one lease.
    static final long TOKENS_MAX = 100_000;

    static final int LIFE_MS = QuotaLedger.LEASE_LIFE_MS_MAX;

    /// The life of a lease near the limit.
    static final int LIFE_NEAR_LIMIT_MS = 250;

    /// A lease's size and life.
    record Size(long tokens, int lifeMs) {}

    private LeaseSizer() {}

    /// @param waitingTokens cost of the requests that wait; they use their tokens at once
    /// @param ratePerSecond tokens that the tenant uses per second on this gateway
    /// @param remaining tokens left in the tightest window when last heard of
    static Size size(long waitingTokens, long ratePerSecond, long remaining) {
        long expected = Math.min(TOKENS_MAX, Math.max(waitingTokens, ratePerSecond * SPAN_MS / 1_000));
        long share = Math.max(0, remaining - waitingTokens) / SHARE_OF_REMAINING;
        long tokens = Math.max(1, waitingTokens + Math.min(expected, share));
        return new Size(Math.min(TOKENS_MAX, tokens), expected > share ? LIFE_NEAR_LIMIT_MS : LIFE_MS);
    }

    /// Tokens at which the next lease is asked for while this one lasts; -1 for leases too small to be worth it.
    static long lowWater(long leaseTokens) {
        return leaseTokens < 4 ? -1 : leaseTokens / 4;
    }
}
