package dev.tollgate.gateway.admission;

import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The calls of the ledger: each one tells the breaker how it went and takes the ledger's time. Belongs to the
/// exchanger's thread.
final class LedgerCalls {

    /// A step of the ledger's clock against the monotonic clock that ends all leases.
    static final long CLOCK_STEP_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final Logger LOG = LoggerFactory.getLogger(LedgerCalls.class);

    /// The ledger's clock between two moments of the monotonic clock.
    private record Reading(long clockUs, long sentNanos, long receivedNanos) {}

    private interface Call<T> {
        T run() throws LedgerUnavailableException;
    }

    private final QuotaLedger ledger;
    private final UsageLedger usage;
    private final LedgerHealth health;
    private final LedgerClock clock;
    private final LongSupplier nanoTime;
    private @Nullable Reading lastReading;
    private long sentNanos;
    private long receivedNanos;
    private boolean stepped;

    LedgerCalls(QuotaLedger ledger, UsageLedger usage, LedgerHealth health, LedgerClock clock, LongSupplier nanoTime) {
        this.ledger = ledger;
        this.usage = usage;
        this.health = health;
        this.clock = clock;
        this.nanoTime = nanoTime;
    }

    /// One answer per want; null when none came.
    @Nullable
    List<LeaseGrant> exchange(List<LeaseWant> wants) {
        List<LeaseGrant> grants = answersTo(wants.size(), () -> ledger.exchange(wants));
        if (grants != null && !grants.isEmpty()) {
            observe(grants.getFirst().clockUs());
        }
        return grants;
    }

    /// One answer per booking; null when none came.
    @Nullable
    List<UsageAnswer> book(List<UsageBooking> bookings) {
        List<UsageAnswer> answers = answersTo(bookings.size(), () -> usage.book(bookings));
        if (answers != null && !answers.isEmpty()) {
            observe(answers.getFirst().clockUs());
        }
        return answers;
    }

    /// How many gateways live; null when no answer came.
    @Nullable
    Integer attend() {
        return call(usage::attend);
    }

    /// When the last call was sent.
    long sentNanos() {
        return sentNanos;
    }

    /// When the last answer came.
    long receivedNanos() {
        return receivedNanos;
    }

    /// Whether the ledger's clock has stepped since this was last asked: leases are not counted any more in the windows
    /// in which they are used.
    boolean takeStep() {
        boolean was = stepped;
        stepped = false;
        return was;
    }

    private <T> @Nullable List<T> answersTo(int asked, Call<List<T>> call) {
        return call(() -> {
            List<T> answers = call.run();
            if (answers.size() != asked) {
                throw new LedgerUnavailableException(asked + " rows got " + answers.size() + " answers");
            }
            return answers;
        });
    }

    private <T> @Nullable T call(Call<T> call) {
        sentNanos = nanoTime.getAsLong();
        health.callStarted(sentNanos);
        T answer;
        try {
            answer = call.run();
        } catch (LedgerUnavailableException | RuntimeException failure) {
            if (health.failed()) {
                LOG.warn("the quota ledger is away: {}", failure.toString());
            } else {
                LOG.debug("a call of the quota ledger failed", failure);
            }
            return null;
        }
        receivedNanos = nanoTime.getAsLong();
        if (health.succeeded()) {
            LOG.info("the quota ledger answers again");
        }
        return answer;
    }

    private void observe(long clockUs) {
        Reading reading = new Reading(clockUs, sentNanos, receivedNanos);
        Reading last = lastReading;
        lastReading = reading;
        clock.observe(clockUs / 1_000, sentNanos, receivedNanos);
        if (last == null) {
            return;
        }
        long passed = (clockUs - last.clockUs()) * 1_000;
        if (passed > receivedNanos - last.sentNanos() + CLOCK_STEP_NANOS
                || passed < sentNanos - last.receivedNanos() - CLOCK_STEP_NANOS) {
            LOG.warn("the quota ledger's clock has stepped; all leases end");
            stepped = true;
        }
    }
}
