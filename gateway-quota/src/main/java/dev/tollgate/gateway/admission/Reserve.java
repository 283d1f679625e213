package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;

/// Tokens charged to a day and month only, and set aside for times without the ledger. Half of them is spendable by the
/// process that took them; the other half stands in a file for its successor.
///
/// Touched only under the monitor of the page that holds it.
final class Reserve {

    /// A reserve covers this stretch of the row's traffic; the process that takes it can spend half.
    static final int SPAN_SECONDS = 240;

    static final long TOKENS_MIN = 16;

    /// A reserve takes at most this share of what the day and the month have left.
    static final int SHARE_OF_REMAINING = 64;

    /// With less than this many times its tokens left in day or month, it goes back.
    static final int SCARCE_FACTOR = 16;

    /// So far back a use is in no sliding window any more.
    private static final long HOUR_PAST_MS = 3_700_000;

    /// The shortest calendar day, at a clock change.
    private static final long DAY_MS_MIN = 23 * 3_600_000L;

    /// A reserve's way back to the ledger.
    enum State {
        HELD,
        /// Its entry is on the way out of the file.
        UNLISTING,
        /// It stands in no file (any more).
        UNLISTED,
        /// The ledger is being told; nobody may spend from it.
        SENT
    }

    private final String key;
    private final long granted;
    private final long spendable;
    private final long presumedUsed;
    private final long endsMs;
    private long used;
    private State state;

    private Reserve(String key, long granted, long spendable, long presumedUsed, long endsMs, State state) {
        this.key = key;
        this.granted = granted;
        this.spendable = spendable;
        this.presumedUsed = presumedUsed;
        this.endsMs = endsMs;
        this.state = state;
    }

    static Reserve of(UsageAnswer answer) {
        long granted = answer.reserveTokens();
        return new Reserve(answer.reserveKey(), granted, granted - granted / 2, 0, answer.reserveEndsMs(), State.HELD);
    }

    /// What a former process left behind.
    static Reserve inherited(ReserveStore.Row row) {
        return new Reserve(
                row.key(),
                row.tokens() + row.presumedUsed(),
                row.tokens(),
                row.presumedUsed(),
                row.endsMs(),
                State.UNLISTED);
    }

    /// Tokens that a row should have set aside; 0 for none.
    static long target(QuotaPolicy policy, SeenUsage seen, long ratePerSecond) {
        if (policy.enforcement() == Enforcement.SHADOW || policy.calendarFallback() != LedgerFallback.CLOSED) {
            return 0;
        }
        long remaining = remaining(policy, seen);
        long most = remaining / SHARE_OF_REMAINING;
        if (remaining == Long.MAX_VALUE || most < TOKENS_MIN) {
            return 0;
        }
        return Math.min(most, Math.max(TOKENS_MIN, ratePerSecond * SPAN_SECONDS));
    }

    private static long remaining(QuotaPolicy policy, SeenUsage seen) {
        long remaining = Long.MAX_VALUE;
        if (policy.requestsPerDay() < QuotaPolicy.UNLIMITED) {
            remaining = policy.requestsPerDay() - seen.current(QuotaWindow.DAY);
        }
        if (policy.requestsPerMonth() < QuotaPolicy.UNLIMITED) {
            remaining = Math.min(remaining, policy.requestsPerMonth() - seen.current(QuotaWindow.MONTH));
        }
        return remaining;
    }

    /// Whether day or month need the tokens more than an outage would, or they are void.
    boolean isUnwanted(QuotaPolicy policy, SeenUsage seen, long nowMs) {
        return policy.enforcement() == Enforcement.SHADOW
                || policy.calendarFallback() != LedgerFallback.CLOSED
                || remaining(policy, seen) < SCARCE_FACTOR * granted
                || nowMs >= endsMs;
    }

    boolean isSmallFor(long target) {
        return granted < target / 2;
    }

    boolean covers(long cost, long nowMs) {
        return state != State.SENT && nowMs < endsMs && used + cost <= spendable;
    }

    /// Takes tokens out, or with a negative `cost` back.
    void spend(long cost) {
        used += cost;
    }

    /// What stands in the file for a successor.
    ReserveStore.Row listed(String tenantId, String policy) {
        return ReserveStore.Row.of(tenantId, policy, key, granted - spendable, spendable, endsMs);
    }

    /// What a process that ends without the ledger leaves to its successor: all that it has not spent.
    ReserveStore.Row left(String tenantId, String policy) {
        return ReserveStore.Row.of(tenantId, policy, key, granted - presumedUsed - used, presumedUsed, endsMs);
    }

    String key() {
        return key;
    }

    /// Tokens that a former process may have used without telling anybody.
    long presumedUsed() {
        return presumedUsed;
    }

    /// When those tokens count as used: earlier than the last hour where the day is old enough, so that day and month
    /// keep them and minute and hour, to which a reserve is never charged, stay free of them.
    long presumedSecond(long nowMs) {
        long beforeHourMs = nowMs - HOUR_PAST_MS;
        return (beforeHourMs >= endsMs - DAY_MS_MIN ? beforeHourMs : nowMs) / 1_000;
    }

    boolean isUsed() {
        return used > 0;
    }

    State state() {
        return state;
    }

    void become(State next) {
        state = next;
    }
}
