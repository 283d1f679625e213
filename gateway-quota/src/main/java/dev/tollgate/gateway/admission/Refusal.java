package dev.tollgate.gateway.admission;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/// A denial by the ledger, remembered until the moment at which the ledger could answer otherwise: a flood of denied
/// requests costs no further exchange, and no new answer while the whole seconds of its `Retry-After` are the same.
///
/// Touched only under the monitor of the page that remembers it.
final class Refusal {

    /// A spent day or month is looked at again after this long: other gateways may have returned what they had set
    /// aside.
    static final long CALENDAR_RECHECK_MS = 5_000;

    private static final Duration NO_LIMITS_RETRY = Duration.ofSeconds(1);
    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final long need;
    private long untilNanos;
    private final long retryNanos;
    private final @Nullable QuotaWindow exhausted;
    private final String quota;
    private final long limit;
    private final long current;
    private final Instant resetsAt;
    private long answerSeconds;
    private @Nullable QuotaDecision answer;

    private Refusal(
            long need,
            long untilNanos,
            long retryNanos,
            @Nullable QuotaWindow exhausted,
            String quota,
            WindowUsage usage,
            Instant resetsAt) {
        this.need = need;
        this.untilNanos = untilNanos;
        this.retryNanos = retryNanos;
        this.exhausted = exhausted;
        this.quota = quota;
        this.limit = usage.limit();
        this.current = usage.current();
        this.resetsAt = resetsAt;
    }

    /// @param routePolicy the row's policy; empty for the tenant's own limits
    /// @param need tokens that the ledger did not find
    static Refusal of(String routePolicy, long need, LeaseGrant denial, long nowNanos) {
        QuotaWindow exhausted = denial.exhausted();
        if (!denial.known() || exhausted == null) {
            long until = nowNanos + NO_LIMITS_RETRY.toNanos();
            return new Refusal(1, until, until, null, "", new WindowUsage(0, 0, 0), Instant.EPOCH);
        }
        long askAgainMs =
                exhausted.isCalendar() ? Math.min(denial.askAgainMs(), CALENDAR_RECHECK_MS) : denial.askAgainMs();
        return new Refusal(
                need,
                nowNanos + TimeUnit.MILLISECONDS.toNanos(askAgainMs),
                nowNanos + TimeUnit.MILLISECONDS.toNanos(denial.retryAfterMs()),
                exhausted,
                exhausted.quotaOf(routePolicy),
                denial.usage(exhausted),
                Instant.ofEpochMilli(denial.clockUs() / 1_000 + denial.retryAfterMs()));
    }

    /// Requests that cost less may find tokens; those that cost more must wait longer than this denial says.
    long need() {
        return need;
    }

    /// Whether there were limits to deny by at all.
    boolean isKnown() {
        return exhausted != null;
    }

    /// Whether the day or the month was spent.
    boolean isOfCalendar() {
        return exhausted != null && exhausted.isCalendar();
    }

    /// The ledger is asked again by then.
    void endBy(long nanos) {
        if (nanos - untilNanos < 0) {
            untilNanos = nanos;
        }
    }

    boolean isOver(long nowNanos) {
        return nowNanos - untilNanos >= 0;
    }

    QuotaDecision decision(String tenantId, String routePolicy, long nowNanos) {
        long seconds = Math.max(1, Math.ceilDiv(retryNanos - nowNanos, SECOND_NANOS));
        QuotaDecision held = answer;
        if (held == null || seconds != answerSeconds) {
            held = answer(tenantId, routePolicy, Duration.ofSeconds(seconds));
            answer = held;
            answerSeconds = seconds;
        }
        return held;
    }

    /// A route policy that the tenant does not have any more bounds nothing.
    private QuotaDecision answer(String tenantId, String routePolicy, Duration retryAfter) {
        QuotaWindow window = exhausted;
        if (window != null) {
            return new QuotaDecision.Denied(
                    new QuotaState(quota, window.nominalLength().toSeconds(), limit, current, retryAfter, resetsAt),
                    retryAfter);
        }
        return routePolicy.isEmpty()
                ? new QuotaDecision.Unavailable("tenant " + tenantId + " has no limits in force", NO_LIMITS_RETRY)
                : new QuotaDecision.Admitted(FreeAdmission.unlimited(need, routePolicy));
    }
}
