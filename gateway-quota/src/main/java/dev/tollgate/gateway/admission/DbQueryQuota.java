package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The database queries of one tenant, which upstreams report afterwards: counts them until they are booked, and knows
/// what the ledger last said. While the ledger is away counts wait and its last word holds.
///
/// Reports and decisions come from any thread, bookings from the exchanger's. Its monitor guards all but the volatile
/// fields; no other is taken under it.
final class DbQueryQuota {

    static final String QUOTA = "db_queries_per_hour";

    /// A tenant's queries are booked at most this often, and with traffic its state is no older.
    static final long PACE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /// A tenant without queries for so long is not looked at again.
    static final long LATELY_NANOS = TimeUnit.HOURS.toNanos(1);

    private static final long SECOND_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final Duration WINDOW = Duration.ofHours(1);

    /// What the ledger said at `seenNanos`; when spent, one query is free at `freeNanos`.
    private record Known(long limit, long current, long freeNanos, Instant freeAt, long seenNanos) {}

    private final String tenantId;
    private final PageHost host;
    private final UseLog log = new UseLog();
    private @Nullable UsageBooking pending;
    private volatile @Nullable Known known;
    private volatile long reportedNanos;
    private volatile boolean looking;
    private long bookedNanos;
    private boolean booked;
    private boolean timed;
    private long answerSeconds;
    private QuotaDecision.@Nullable Denied answer;

    DbQueryQuota(String tenantId, PageHost host, long nowNanos) {
        this.tenantId = tenantId;
        this.host = host;
        this.reportedNanos = nowNanos;
    }

    /// Returns true when an exchange is needed that nobody has asked for yet.
    synchronized boolean report(long count, long nowNanos) {
        reportedNanos = nowNanos;
        boolean first = log.isEmpty();
        log.add(new Use(host.epochMs() / 1_000, count));
        return first && pending == null && !timed;
    }

    /// Takes over what a former process did not book.
    synchronized void inherit(List<Use> uses) {
        uses.forEach(log::add);
    }

    /// The denial in force; null when queries are left. A limit other than the one that the ledger knew is looked up.
    QuotaDecision.@Nullable Denied denial(long limit, long nowNanos) {
        Known held = known;
        if (held == null || held.limit() != limit || held.current() < limit || nowNanos - held.freeNanos() >= 0) {
            return null;
        }
        return denied(held, nowNanos);
    }

    private synchronized QuotaDecision.Denied denied(Known held, long nowNanos) {
        long seconds = Math.max(1, Math.ceilDiv(held.freeNanos() - nowNanos, SECOND_NANOS));
        QuotaDecision.Denied remembered = answer;
        if (remembered == null || seconds != answerSeconds) {
            Duration retryAfter = Duration.ofSeconds(seconds);
            remembered = new QuotaDecision.Denied(
                    new QuotaState(QUOTA, WINDOW.toSeconds(), held.limit(), held.current(), retryAfter, held.freeAt()),
                    retryAfter);
            answer = remembered;
            answerSeconds = seconds;
        }
        return remembered;
    }

    /// True, once, when a request of the tenant finds a state that is too old.
    boolean mustLook(long limit, long nowNanos) {
        if (looking || !isLate(nowNanos)) {
            return false;
        }
        Known held = known;
        if (held != null && held.limit() == limit && nowNanos - held.seenNanos() < PACE_NANOS) {
            return false;
        }
        looking = true;
        return true;
    }

    private boolean isLate(long nowNanos) {
        return nowNanos - reportedNanos < LATELY_NANOS;
    }

    /// Whether it must be remembered.
    synchronized boolean isBusy(long nowNanos) {
        return pending != null || !log.isEmpty() || isLate(nowNanos);
    }

    /// What is to be booked now, the same again until it is answered; null for nothing, or when it is too soon.
    synchronized @Nullable UsageBooking book(LongSupplier numbers, long nowNanos) {
        if (pending == null && (!log.isEmpty() || looking) && !isTooSoon(nowNanos)) {
            List<Use> uses = log.take(Long.MAX_VALUE);
            pending = new UsageBooking(tenantId, UsageBooking.DB_QUERIES, numbers.getAsLong(), uses, List.of(), 0);
            booked = true;
            timed = false;
            bookedNanos = nowNanos;
        }
        return pending;
    }

    /// When what waits can be booked, told once; null when nothing waits.
    synchronized @Nullable Long dueNanos() {
        if (timed || pending != null || (log.isEmpty() && !looking)) {
            return null;
        }
        timed = true;
        return bookedNanos + PACE_NANOS;
    }

    private boolean isTooSoon(long nowNanos) {
        return booked && nowNanos - bookedNanos < PACE_NANOS;
    }

    /// Takes the ledger's answer to what [#book] gave out. Returns true when more came in meanwhile.
    synchronized boolean booked(UsageAnswer said, long nowNanos) {
        pending = null;
        looking = false;
        answer = null;
        known = said.known() ? known(said.usage(QuotaWindow.HOUR), said.clockUs() / 1_000, nowNanos) : null;
        return !log.isEmpty();
    }

    private static Known known(WindowUsage hour, long clockMs, long nowNanos) {
        return new Known(
                hour.limit(),
                hour.current(),
                nowNanos + TimeUnit.MILLISECONDS.toNanos(hour.resetsInMs()),
                Instant.ofEpochMilli(clockMs + hour.resetsInMs()),
                nowNanos);
    }

    /// What the next process must book when this one ends without the ledger; null for nothing.
    synchronized ReserveStore.@Nullable Row left() {
        UsageBooking sent = pending;
        if (sent != null) {
            sent.uses().forEach(log::add);
            pending = null;
        }
        List<Use> uses = log.take(Long.MAX_VALUE);
        return uses.isEmpty() ? null : new ReserveStore.Row(tenantId, UsageBooking.DB_QUERIES, "", 0, 0, 0, uses);
    }
}
