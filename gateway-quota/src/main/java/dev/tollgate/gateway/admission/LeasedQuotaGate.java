package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.Tenant;
import java.time.Duration;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The gate over leases: spends what is held, remembers denials, and lets the rest wait for the next exchange with
/// the ledger. What the ledger does not decide in time is decided by the row's fallback.
///
/// A request takes its cost from the tenant's row, and on the routes of a policy from the tenant's row of that policy
/// too: from both or from none. A row that is only watched (`shadow`) never stops a request.
///
/// It owns three threads between [#start] and [#close], and the ledger is called by one of them only.
public final class LeasedQuotaGate implements QuotaGate, AutoCloseable {

    private static final Duration RETRY_AFTER = Duration.ofSeconds(1);

    static final QuotaDecision.Unavailable AWAY =
            new QuotaDecision.Unavailable("the quota ledger is away", RETRY_AFTER);
    static final QuotaDecision.Unavailable TOO_LATE =
            new QuotaDecision.Unavailable("the quota ledger did not answer in time", RETRY_AFTER);
    private static final QuotaDecision.Unavailable CROWDED =
            new QuotaDecision.Unavailable("too many requests wait for the quota ledger", RETRY_AFTER);

    private final LongSupplier nanoTime;
    private final WatchedRows watched;
    private final LeaseBook book = new LeaseBook();
    private final LedgerHealth health = new LedgerHealth();
    private final ReserveKeeper reserves;
    private final LeaseExchanger exchanger;
    private final WaitingLine waitingLine;
    private final LongAdder admittedAlone = new LongAdder();
    private final Thread exchangerThread;
    private final Thread waitingThread;
    private final Thread reservesThread;
    private volatile boolean closed;

    /// @param usage the same ledger
    /// @param clock learns the ledger's time from each exchange
    /// @param nanoTime the monotonic clock that leases live by
    /// @param store what a former process left is taken from it at once
    public LeasedQuotaGate(
            QuotaLedger ledger, UsageLedger usage, LedgerClock clock, LongSupplier nanoTime, ReserveStore store) {
        this.nanoTime = nanoTime;
        this.watched = new WatchedRows(clock::epochMs);
        ReserveStore.Content inherited = store.take();
        int gateways = Math.max(1, inherited.gateways());
        reserves = new ReserveKeeper(store, gateways, nanoTime);
        LedgerCalls calls = new LedgerCalls(ledger, usage, health, clock, nanoTime);
        exchanger = new LeaseExchanger(calls, book, health, clock, nanoTime, reserves, gateways);
        waitingLine = new WaitingLine(nanoTime, this::decideAlone);
        exchangerThread = Thread.ofPlatform().daemon().name("quota-exchanger").unstarted(exchanger);
        waitingThread = Thread.ofPlatform().daemon().name("quota-waiting-line").unstarted(waitingLine);
        reservesThread = Thread.ofPlatform().daemon().name("quota-reserves").unstarted(reserves);
        long now = nanoTime.getAsLong();
        for (ReserveStore.Row row : inherited.rows()) {
            inherit(row, now);
        }
    }

    /// Returns when the ledger's connection is warm; also, after a while, when the ledger is away.
    public void start() {
        reservesThread.start();
        exchangerThread.start();
        waitingThread.start();
        try {
            exchanger.awaitFirstExchange();
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public void admit(
            Tenant tenant, String routePolicy, long cost, Executor eventLoop, Consumer<QuotaDecision> answer) {
        if (cost < 1) {
            throw new IllegalArgumentException("tenant " + tenant.tenantId() + ": a request costs " + cost + " tokens");
        }
        long now = nanoTime.getAsLong();
        TenantLeases page = book.page(tenant.tenantId(), exchanger, now);
        DbQueryQuota queries = page.dbQueries();
        QuotaDecision.Denied outOfQueries = queries == null ? null : outOfQueries(tenant, page, queries, now);
        if (outOfQueries == null) {
            admit(tenant, page, routePolicy, cost, now, eventLoop, answer);
        } else if (WatchedRows.isWatched(tenant.policy())) {
            admit(
                    tenant,
                    page,
                    routePolicy,
                    cost,
                    now,
                    eventLoop,
                    decision -> answer.accept(WatchedRows.naming(outOfQueries, decision)));
        } else {
            answer.accept(outOfQueries);
        }
    }

    private void admit(
            Tenant tenant,
            TenantLeases page,
            String routePolicy,
            long cost,
            long now,
            Executor eventLoop,
            Consumer<QuotaDecision> answer) {
        QuotaPolicy ofRoute =
                routePolicy.isEmpty() ? null : tenant.routePolicies().get(routePolicy);
        if (ofRoute == null) {
            ask(tenant, page, tenant.policy(), cost, now, eventLoop, answer);
            return;
        }
        TenantLeases routePage = book.page(tenant.tenantId(), routePolicy, exchanger, now);
        QuotaDecision stopped =
                JointRequest.stopping(denied(page, tenant.policy(), cost, now), denied(routePage, ofRoute, cost, now));
        if (stopped instanceof QuotaDecision.Denied) {
            answer.accept(stopped);
            return;
        }
        JointRequest joint = new JointRequest(eventLoop, answer, nanoTime);
        ask(tenant, routePage, ofRoute, cost, now, Runnable::run, joint::ofRoute);
        ask(tenant, page, tenant.policy(), cost, now, Runnable::run, joint::own);
        joint.asked();
    }

    private static QuotaDecision.@Nullable Denied denied(
            TenantLeases page, QuotaPolicy policy, long cost, long nowNanos) {
        return !WatchedRows.isWatched(policy)
                        && page.remembers(policy, cost, nowNanos) instanceof QuotaDecision.Denied denied
                ? denied
                : null;
    }

    private static QuotaDecision.@Nullable Denied outOfQueries(
            Tenant tenant, TenantLeases page, DbQueryQuota queries, long nowNanos) {
        long limit = tenant.dbQueriesPerHour();
        if (queries.mustLook(limit, nowNanos)) {
            page.queue();
        }
        return queries.denial(limit, nowNanos);
    }

    @Override
    public void reportDbQueries(Tenant tenant, long count) {
        if (count < 0) {
            throw new IllegalArgumentException("tenant " + tenant.tenantId() + " reports " + count + " queries");
        }
        if (count > 0) {
            long now = nanoTime.getAsLong();
            TenantLeases page = book.page(tenant.tenantId(), exchanger, now);
            if (queriesOf(page, now).report(count, now)) {
                page.queue();
            }
        }
    }

    private DbQueryQuota queriesOf(TenantLeases first, long nowNanos) {
        TenantLeases page = first;
        DbQueryQuota queries = page.openDbQueries(nowNanos);
        while (queries == null) {
            page = book.page(page.tenantId(), exchanger, nowNanos);
            queries = page.openDbQueries(nowNanos);
        }
        return queries;
    }

    private void ask(
            Tenant tenant,
            TenantLeases page,
            QuotaPolicy policy,
            long cost,
            long nowNanos,
            Executor eventLoop,
            Consumer<QuotaDecision> answer) {
        if (WatchedRows.isWatched(policy)) {
            enforce(
                    tenant,
                    page,
                    policy,
                    cost,
                    nowNanos,
                    eventLoop,
                    decision -> answer.accept(watched.passed(page, policy, cost, decision)));
        } else {
            enforce(tenant, page, policy, cost, nowNanos, eventLoop, answer);
        }
    }

    private void enforce(
            Tenant tenant,
            TenantLeases first,
            QuotaPolicy policy,
            long cost,
            long nowNanos,
            Executor eventLoop,
            Consumer<QuotaDecision> answer) {
        TenantLeases page = first;
        while (true) {
            QuotaDecision known = page.decide(policy, cost, nowNanos);
            if (known != null) {
                answer.accept(known);
                return;
            }
            if (closed) {
                answer.accept(AWAY);
                return;
            }
            if (health.isAway(nowNanos)) {
                answer.accept(counted(page.decideAlone(policy, tenant.timeZone(), cost, nowNanos)));
                return;
            }
            long deadlineNanos = nowNanos + WaitingLine.WAIT_NANOS_MAX;
            Waiter waiter = new Waiter(page, policy, tenant.timeZone(), cost, deadlineNanos, eventLoop, answer);
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
            page = book.page(page.tenantId(), page.routePolicy(), exchanger, nowNanos);
        }
    }

    /// For a request that has waited as long as it may.
    private QuotaDecision decideAlone(Waiter waiter) {
        return closed
                ? AWAY
                : counted(waiter.leases.decideAlone(waiter.policy, waiter.zone, waiter.cost, nanoTime.getAsLong()));
    }

    private QuotaDecision counted(QuotaDecision decision) {
        if (decision instanceof QuotaDecision.Admitted(OutageAdmission _)) {
            admittedAlone.increment();
        }
        return decision;
    }

    private void inherit(ReserveStore.Row row, long nowNanos) {
        if (row.policy().equals(UsageBooking.DB_QUERIES)) {
            TenantLeases page = book.page(row.tenantId(), exchanger, nowNanos);
            queriesOf(page, nowNanos).inherit(row.uses());
            page.queue();
        } else {
            book.page(row.tenantId(), row.policy(), exchanger, nowNanos)
                    .account()
                    .inherit(row);
        }
    }

    /// Whether the ledger answers; for readiness.
    public boolean isLedgerAway() {
        return health.isAway(nanoTime.getAsLong());
    }

    /// How often a row admitted a request without the ledger, by its fallback.
    public long admittedAlone() {
        return admittedAlone.sum();
    }

    /// Rows with leases, waiting requests or denials in memory: tenants, and tenants on the routes of a policy.
    public int activeTenants() {
        return book.size();
    }

    /// Lets waiting requests go and returns unused tokens to the ledger, for at most a second or two. What cannot be
    /// told to a ledger that is away is left to the next process.
    @Override
    public void close() {
        closed = true;
        waitingLine.stop();
        exchanger.stop();
        try {
            waitingThread.join(TimeUnit.SECONDS.toMillis(1));
            exchangerThread.join(2 * TimeUnit.NANOSECONDS.toMillis(LeaseExchanger.CLOSING_NANOS_MAX));
            reserves.stop(book.left());
            if (reservesThread.getState() == Thread.State.NEW) {
                reserves.run();
            }
            reservesThread.join(TimeUnit.SECONDS.toMillis(2));
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
