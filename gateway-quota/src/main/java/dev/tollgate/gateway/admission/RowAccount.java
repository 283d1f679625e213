package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// What one page uses and sets aside beside its leases: it decides while the ledger is away, and tells the ledger
/// afterwards. Everything is guarded by the page's monitor.
final class RowAccount {

    /// A reserve is asked for at most this often.
    static final long RESERVE_PACE_NANOS = TimeUnit.SECONDS.toNanos(10);

    private static final QuotaWindow[] WINDOWS = QuotaWindow.values();

    private final TenantLeases page;
    private final PageHost host;
    private final SeenUsage seen;
    private final OutageUse outage;
    private @Nullable Reserve reserve;
    private @Nullable UsageBooking pending;
    private long wanted;
    private long askedNanos;
    private boolean asked;

    RowAccount(TenantLeases page, PageHost host, SeenUsage seen) {
        this.page = page;
        this.host = host;
        this.seen = seen;
        this.outage = new OutageUse(seen);
    }

    /// Takes over what a former process left.
    void inherit(ReserveStore.Row row) {
        synchronized (page) {
            outage.inherit(row.uses(), host.epochMs());
            if (!row.key().isEmpty()) {
                reserve = Reserve.inherited(row);
            }
            page.queue();
        }
    }

    /// Decides without the ledger.
    QuotaDecision decide(QuotaPolicy policy, ZoneId zone, long cost) {
        long nowMs = host.epochMs();
        Reserve from = null;
        if (policy.enforcement() != Enforcement.SHADOW) {
            if (policy.slidingFallback() == LedgerFallback.CLOSED && isBound(policy, false)) {
                return LeasedQuotaGate.AWAY;
            }
            OutageUse.Spent spent = outage.spent(policy, zone, cost, nowMs, host.gateways());
            if (spent != null) {
                return denied(policy, spent, nowMs);
            }
            if (policy.calendarFallback() == LedgerFallback.CLOSED && isBound(policy, true)) {
                from = reserve;
                if (from == null || !from.covers(cost, nowMs)) {
                    return LeasedQuotaGate.AWAY;
                }
                from.spend(cost);
            }
        }
        long second = outage.use(cost, nowMs);
        return new QuotaDecision.Admitted(
                new OutageAdmission(page, outage, from, cost, second, closest(policy, zone, nowMs)));
    }

    private static boolean isBound(QuotaPolicy policy, boolean calendar) {
        for (QuotaWindow window : WINDOWS) {
            if (window.isCalendar() == calendar && window.limitOf(policy) < QuotaPolicy.UNLIMITED) {
                return true;
            }
        }
        return false;
    }

    private QuotaDecision denied(QuotaPolicy policy, OutageUse.Spent spent, long nowMs) {
        long limit = spent.window().limitOf(policy);
        Duration retryAfter = Duration.ofMillis(Math.max(1, spent.freeAtMs() - nowMs));
        return new QuotaDecision.Denied(state(spent.window(), limit, limit, spent.freeAtMs(), nowMs), retryAfter);
    }

    private QuotaState closest(QuotaPolicy policy, ZoneId zone, long nowMs) {
        seen.roll(nowMs, zone);
        QuotaWindow tightest = QuotaWindow.MINUTE;
        long least = Long.MAX_VALUE;
        for (QuotaWindow window : WINDOWS) {
            long left = window.limitOf(policy) - seen.current(window);
            if (left <= least) {
                tightest = window;
                least = left;
            }
        }
        long endsMs = tightest.isCalendar()
                ? seen.endsMs(tightest)
                : nowMs + tightest.nominalLength().toMillis();
        long limit = tightest.limitOf(policy);
        return state(tightest, limit, Math.min(limit, seen.current(tightest) + outage.used()), endsMs, nowMs);
    }

    private QuotaState state(QuotaWindow window, long limit, long current, long endsMs, long nowMs) {
        return new QuotaState(
                window.quotaOf(page.routePolicy()),
                window.nominalLength().toSeconds(),
                limit,
                current,
                Duration.ofMillis(Math.max(0, endsMs - nowMs)),
                Instant.ofEpochMilli(endsMs));
    }

    /// Looks whether the reserve fits the traffic, after an answer of the ledger. Returns true when there is something
    /// to book.
    ///
    /// @param spent whether the answer said that day or month are spent
    boolean reviewReserve(QuotaPolicy policy, long ratePerSecond, boolean spent, long nowNanos) {
        Reserve held = reserve;
        long target = spent ? 0 : Reserve.target(policy, seen, ratePerSecond);
        boolean paced = asked && nowNanos - askedNanos < RESERVE_PACE_NANOS;
        wanted = paced ? 0 : target;
        if (held != null) {
            boolean small = held.isSmallFor(wanted);
            if (spent || small || held.isUnwanted(policy, seen, host.epochMs())) {
                returnReserve();
            }
            wanted = small ? wanted : 0;
        }
        return wanted > 0 || (reserve != null && reserve.state() == Reserve.State.UNLISTED);
    }

    /// Begins the reserve's way back: first out of the file, then to the ledger.
    void returnReserve() {
        synchronized (page) {
            Reserve held = reserve;
            if (held != null && held.state() == Reserve.State.HELD) {
                held.become(Reserve.State.UNLISTING);
                host.reserves().unlist(held.key(), this);
            }
        }
    }

    /// The reserve of this key stands in no file any more.
    void unlisted(String key) {
        synchronized (page) {
            Reserve held = reserve;
            if (held != null && held.key().equals(key) && held.state() == Reserve.State.UNLISTING) {
                held.become(Reserve.State.UNLISTED);
                page.queue();
            }
        }
    }

    /// Whether uses are to be booked before the page may ask for a lease.
    boolean owes() {
        UsageBooking sent = pending;
        return outage.isDue(host.epochMs()) || (sent != null && !sent.uses().isEmpty());
    }

    /// Whether there is something for the ledger, or a reserve on its way to it.
    boolean isBusy() {
        return pending != null || !outage.isEmpty() || reserve != null;
    }

    boolean isReturning() {
        return reserve != null && reserve.state() != Reserve.State.HELD;
    }

    /// What is to be booked now, the same again until it is answered; null for nothing.
    @Nullable
    UsageBooking book(LongSupplier numbers, long nowNanos) {
        synchronized (page) {
            UsageBooking sent = pending;
            if (sent == null) {
                sent = next(numbers, nowNanos);
                pending = sent;
            }
            return sent;
        }
    }

    private @Nullable UsageBooking next(LongSupplier numbers, long nowNanos) {
        long nowMs = host.epochMs();
        List<Use> uses = new ArrayList<>();
        if (outage.isDue(nowMs)) {
            uses.addAll(outage.book(nowMs));
        }
        Reserve held = reserve;
        if (held != null && held.isUsed()) {
            returnReserve();
        }
        List<String> returned = List.of();
        if (held != null && held.state() == Reserve.State.UNLISTED) {
            held.become(Reserve.State.SENT);
            returned = List.of(held.key());
            if (held.presumedUsed() > 0) {
                uses.add(new Use(held.presumedSecond(nowMs), held.presumedUsed()));
            }
        }
        long asks = held == null || !returned.isEmpty() ? wanted : 0;
        if (uses.isEmpty() && returned.isEmpty() && asks == 0) {
            return null;
        }
        if (asks > 0) {
            asked = true;
            askedNanos = nowNanos;
            wanted = 0;
        }
        return new UsageBooking(page.tenantId(), page.routePolicy(), numbers.getAsLong(), uses, returned, asks);
    }

    /// Takes the ledger's answer to what [#book] gave out.
    void booked(UsageAnswer answer) {
        synchronized (page) {
            UsageBooking sent = pending;
            pending = null;
            if (sent == null) {
                throw new IllegalStateException("tenant " + page.tenantId() + ": an answer without a booking");
            }
            boolean returned = !sent.returnedReserves().isEmpty();
            reserve = returned ? null : reserve;
            if (answer.reserveTokens() > 0 && reserve == null) {
                Reserve granted = Reserve.of(answer);
                reserve = granted;
                host.reserves().list(granted.listed(page.tenantId(), page.routePolicy()));
            }
            if (!sent.uses().isEmpty()) {
                outage.booked(host.epochMs());
            }
            page.heard(answer, returned);
            if (owes()) {
                page.queue();
            }
        }
    }

    /// What the next process must know when this one ends without the ledger; null for nothing.
    ReserveStore.@Nullable Row left() {
        synchronized (page) {
            return rest();
        }
    }

    private ReserveStore.@Nullable Row rest() {
        Reserve held = reserve;
        List<Use> uses = outage.unbooked();
        if (held == null || held.state() == Reserve.State.SENT) {
            return uses.isEmpty() ? null : new ReserveStore.Row(page.tenantId(), page.routePolicy(), "", 0, 0, 0, uses);
        }
        ReserveStore.Row row = held.left(page.tenantId(), page.routePolicy());
        return new ReserveStore.Row(
                row.tenantId(), row.policy(), row.key(), row.tokens(), row.presumedUsed(), row.endsMs(), uses);
    }
}
