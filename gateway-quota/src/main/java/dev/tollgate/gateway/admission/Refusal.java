package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/// A denial by the ledger, remembered until the moment at which the ledger could answer otherwise: a flood of denied
/// requests costs no further exchange.
///
/// @param policy the tenant's policy at that time; another one ends the memory
/// @param need requests that cost less may still find tokens
/// @param untilNanos when to ask again
/// @param retryNanos when the tokens are free at the latest
/// @param exhausted the window; null when the tenant has no limits in force
record Refusal(
        @Nullable QuotaPolicy policy,
        long need,
        long untilNanos,
        long retryNanos,
        @Nullable QuotaWindow exhausted,
        long limit,
        long current,
        Instant resetsAt) {

    private static final Duration NO_LIMITS_RETRY = Duration.ofSeconds(1);

    static Refusal of(@Nullable QuotaPolicy policy, long need, LeaseGrant denial, long nowNanos) {
        QuotaWindow exhausted = denial.exhausted();
        if (!denial.known() || exhausted == null) {
            long until = nowNanos + NO_LIMITS_RETRY.toNanos();
            return new Refusal(policy, 0, until, until, null, 0, 0, Instant.EPOCH);
        }
        WindowUsage usage = denial.usage(exhausted);
        return new Refusal(
                policy,
                need,
                nowNanos + denial.askAgainMs() * 1_000_000L,
                nowNanos + denial.retryAfterMs() * 1_000_000L,
                exhausted,
                usage.limit(),
                usage.current(),
                Instant.ofEpochMilli(denial.clockUs() / 1_000 + denial.retryAfterMs()));
    }

    boolean covers(long cost, long nowNanos) {
        return cost >= need && nowNanos - untilNanos < 0;
    }

    QuotaDecision decision(String tenantId, long nowNanos) {
        if (exhausted == null) {
            return new QuotaDecision.Unavailable("tenant " + tenantId + " has no limits in force", NO_LIMITS_RETRY);
        }
        Duration retryAfter = Duration.ofNanos(Math.max(1_000_000L, retryNanos - nowNanos));
        return new QuotaDecision.Denied(new QuotaState(exhausted, limit, current, retryAfter, resetsAt), retryAfter);
    }
}
