package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.tenant.Tenant;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The gate over leases: spends what is held, remembers denials, and lets the rest wait for the next exchange with
/// the ledger. While the ledger is away, held leases are spent and everything else is unavailable.
///
/// It owns two threads between [#start] and [#close], and the ledger is called by one of them only.
public final class LeasedQuotaGate implements QuotaGate, AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
    private static final QuotaDecision.Unavailable AWAY =
            new QuotaDecision.Unavailable("the quota ledger is away", RETRY_AFTER);
    private static final QuotaDecision.Unavailable TOO_LATE =
            new QuotaDecision.Unavailable("the quota ledger did not answer in time", RETRY_AFTER);
    private static final QuotaDecision.Unavailable CROWDED =
            new QuotaDecision.Unavailable("too many requests wait for the quota ledger", RETRY_AFTER);

    private final LongSupplier nanoTime;
    private final ViolationLog violations;
    private final LeaseBook book = new LeaseBook();
    private final LedgerHealth health = new LedgerHealth();
    private final LeaseExchanger exchanger;
    private final WaitingLine waitingLine;
    private final Thread exchangerThread;
    private final Thread waitingThread;
    private volatile boolean closed;

    /// @param clock learns the ledger's time from each exchange
    /// @param nanoTime the monotonic clock that leases live by
    /// @param violations takes what would have been denied to tenants whose quotas are only watched
    public LeasedQuotaGate(QuotaLedger ledger, LedgerClock clock, LongSupplier nanoTime, ViolationLog violations) {
        this.nanoTime = nanoTime;
        this.violations = violations;
        exchanger = new LeaseExchanger(ledger, book, health, clock, nanoTime, AWAY);
        waitingLine = new WaitingLine(nanoTime, TOO_LATE);
        exchangerThread = Thread.ofPlatform().daemon().name("quota-exchanger").unstarted(exchanger);
        waitingThread = Thread.ofPlatform().daemon().name("quota-waiting-line").unstarted(waitingLine);
    }

    /// Returns when the ledger's connection is warm; also, after a while, when the ledger is away.
    public void start() {
        exchangerThread.start();
        waitingThread.start();
        try {
            exchanger.awaitFirstExchange();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void admit(Tenant tenant, long cost, Executor eventLoop, Consumer<QuotaDecision> answer) {
        if (cost < 1) {
            throw new IllegalArgumentException("tenant " + tenant.tenantId() + ": a request costs " + cost + " tokens");
        }
        if (tenant.policy().enforcement() == Enforcement.SHADOW) {
            enforce(tenant, cost, eventLoop, decision -> answer.accept(watched(tenant, cost, decision)));
        } else {
            enforce(tenant, cost, eventLoop, answer);
        }
    }

    private void enforce(Tenant tenant, long cost, Executor eventLoop, Consumer<QuotaDecision> answer) {
        long now = nanoTime.getAsLong();
        while (true) {
            TenantLeases page = book.page(tenant.tenantId(), exchanger::offer, now);
            QuotaDecision known = page.decide(tenant.policy(), cost, now);
            if (known != null) {
                answer.accept(known);
                return;
            }
            if (closed || health.isAway(now)) {
                answer.accept(AWAY);
                return;
            }
            Waiter waiter = new Waiter(page, cost, now + WaitingLine.WAIT_NANOS_MAX, eventLoop, answer);
            if (page.await(waiter)) {
                if (!waitingLine.join(waiter) && page.abandon(waiter)) {
                    answer.accept(CROWDED);
                }
                return;
            }
            if (!page.isRetired()) {
                answer.accept(CROWDED);
                return;
            }
        }
    }

    /// Under the enforcement `shadow` everything passes, and what would have been denied is noted.
    private QuotaDecision watched(Tenant tenant, long cost, QuotaDecision decision) {
        return switch (decision) {
            case QuotaDecision.Admitted admitted -> admitted;
            case QuotaDecision.Denied denied -> {
                violations.record(tenant.tenantId(), denied.exhausted(), "", null);
                yield new QuotaDecision.Admitted(new FreeAdmission(cost), denied.exhausted());
            }
            case QuotaDecision.Unavailable unavailable -> unavailable;
        };
    }

    /// Whether the ledger answers; for readiness.
    public boolean isLedgerAway() {
        return health.isAway(nanoTime.getAsLong());
    }

    /// Tenants with leases, waiting requests or denials in memory.
    public int activeTenants() {
        return book.size();
    }

    /// Lets waiting requests go and returns unused tokens to the ledger, for at most a second or two.
    @Override
    public void close() {
        closed = true;
        waitingLine.stop();
        exchanger.stop();
        try {
            waitingThread.join(TimeUnit.SECONDS.toMillis(1));
            exchangerThread.join(2 * TimeUnit.NANOSECONDS.toMillis(LeaseExchanger.CLOSING_NANOS_MAX));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
