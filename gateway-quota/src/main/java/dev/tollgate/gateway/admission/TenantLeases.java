package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.ZoneId;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One row's page of the [LeaseBook], a tenant's own or that of a route policy: the leases held, the requests that
/// wait, the denials remembered.
///
/// Every field is guarded by the page's monitor: event loops spend, the exchanger's thread prepares and applies
/// exchanges, the waiting line's thread lets requests go that waited too long. Answers are delivered outside of it.
final class TenantLeases extends PageMemory {

    /// An unanswered want is repeated under its number this long; it would bring a lease too old to use later.
    static final long ASK_REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// A page untouched this long, with nothing on it, is dropped.
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /// A page that got so many leases is busy enough for a reserve.
    static final int BUSY_GRANTS = 2;

    /// A spent day or month is asked about again this soon while a reserve is on its way back to it.
    private static final long RETURNING_RECHECK_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private static final long NO_ASK = 0;

    private final String routePolicy;
    private final PageHost host;
    private final RateMeter rate;
    private final SeenUsage seen = new SeenUsage();
    private @Nullable PageLine line;
    private @Nullable QuotaPolicy askedUnder;
    private @Nullable RowAccount account;
    private @Nullable LeaseWant sent;
    private long askNumber = NO_ASK;
    private long askedNanos;
    private long remaining;
    private int grants;
    private boolean queued;

    /// @param routePolicy empty for the tenant's own limits
    TenantLeases(String tenantId, String routePolicy, PageHost host, long nowNanos) {
        super(tenantId, nowNanos);
        this.routePolicy = routePolicy;
        this.host = host;
        this.rate = new RateMeter(nowNanos);
    }

    @Override
    String routePolicy() {
        return routePolicy;
    }

    /// Decides without the ledger.
    synchronized QuotaDecision decideAlone(QuotaPolicy inForce, ZoneId zone, long cost, long nowNanos) {
        QuotaDecision known = decide(inForce, cost, nowNanos);
        if (known != null) {
            return known;
        }
        spent += cost;
        return account().decide(inForce, zone, cost);
    }

    /// Lets a request wait for the next exchange; false when too many do, or the page is no longer in the book.
    synchronized boolean await(Waiter waiter) {
        if (line == null) {
            line = new PageLine();
        }
        if (retired || !line.join(waiter)) {
            return false;
        }
        queue();
        return true;
    }

    /// Claims a waiting request for whoever answers it otherwise; false when it has its answer.
    synchronized boolean abandon(Waiter waiter) {
        return line != null && line.abandon(waiter);
    }

    /// Asks for an exchange once, if none was asked for yet.
    @Override
    synchronized void queue() {
        if (!queued && !retired) {
            queued = true;
            host.exchange(this);
        }
    }

    /// The exchanger's thread has it.
    synchronized void taken() {
        queued = false;
    }

    /// Takes in what the ledger said beside an exchange; `returned` when tokens came back to the row.
    synchronized void heard(UsageAnswer answer, boolean returned) {
        if (answer.known()) {
            hear(answer.windows(), answer.clockUs());
        }
        if (returned) {
            forgetUpTo(Long.MAX_VALUE);
        }
    }

    private void hear(List<WindowUsage> windows, long clockUs) {
        seen.take(windows, clockUs);
        remaining = Long.MAX_VALUE;
        for (WindowUsage window : windows) {
            remaining = Math.min(remaining, window.remaining());
        }
    }

    /// This row's part of the exchange that starts now; null when there is nothing to exchange.
    synchronized @Nullable LeaseWant prepare(LongSupplier leaseNumbers, long nowNanos) {
        finishEnded(nowNanos);
        if (nowNanos - askedNanos > ASK_REPEAT_NANOS) {
            forgetAsk();
        }
        List<LeaseSettlement> settlements = leases.nextSettlements();
        long waitingTokens = line == null ? 0 : line.tokens();
        boolean ahead = prefetch && leases.spendable(nowNanos) <= lowWater;
        prefetch = false;
        boolean mayAsk = account == null || !account.owes();
        if (!mayAsk || (waitingTokens == 0 && !ahead)) {
            sent = settlements.isEmpty() ? null : new LeaseWant(tenantId, routePolicy, 0, 0, 0, 0, settlements);
            return sent;
        }
        LeaseSizer.Size size = LeaseSizer.size(waitingTokens, ratePerSecond(nowNanos), remaining);
        if (askNumber == NO_ASK) {
            askNumber = leaseNumbers.getAsLong();
            askedNanos = nowNanos;
        }
        askedUnder = policy;
        long need = line == null ? 1 : line.need();
        sent = new LeaseWant(
                tenantId, routePolicy, askNumber, need, Math.max(need, size.tokens()), size.lifeMs(), settlements);
        return sent;
    }

    /// An answer that comes no more may have been a grant: its tokens are returned.
    private void forgetAsk() {
        if (askNumber != NO_ASK) {
            leases.lost(askNumber);
            askNumber = NO_ASK;
        }
    }

    private void finishEnded(long nowNanos) {
        dropCurrent(nowNanos);
        Long pinnedUntilNanos = leases.finishEnded(nowNanos);
        if (pinnedUntilNanos != null) {
            host.alarm(this, pinnedUntilNanos);
        }
    }

    private long ratePerSecond(long nowNanos) {
        rate.add(spent);
        spent = 0;
        return rate.perSecond(nowNanos);
    }

    /// Takes the ledger's answer to what was prepared. Returns the decisions to deliver.
    synchronized List<PageLine.Answer> apply(LeaseGrant grant, long nowNanos) {
        LeaseWant answered = sent;
        sent = null;
        if (answered == null) {
            throw new IllegalStateException("tenant " + tenantId + ": an answer without an exchange");
        }
        leases.settled(answered.settlements().size());
        if (grant.known()) {
            hear(grant.windows(), grant.clockUs());
        }
        Refusal refusal = null;
        if (answered.want() > 0 && askNumber != NO_ASK) {
            if (grant.granted() > 0) {
                granted(grant, nowNanos);
            } else {
                refusal = refused(answered, grant, nowNanos);
            }
            askNumber = NO_ASK;
        }
        reviewReserve(refusal, nowNanos);
        List<PageLine.Answer> answers =
                line == null ? List.of() : line.serve(waiter -> fromMemory(waiter.cost, nowNanos));
        queueWhatIsLeft();
        return answers;
    }

    private void granted(LeaseGrant grant, long nowNanos) {
        forgetUpTo(grant.granted());
        QuotaLease lease = new QuotaLease(askNumber, askedNanos, nowNanos, grant);
        finishEnded(nowNanos);
        add(lease);
        lowWater = LeaseSizer.lowWater(grant.granted());
        grants++;
    }

    /// A denial under a policy that has changed meanwhile is not remembered; whoever waits asks again.
    private @Nullable Refusal refused(LeaseWant answered, LeaseGrant denial, long nowNanos) {
        lowWater = -1;
        QuotaPolicy inForce = policy;
        if (inForce != null && !inForce.equals(askedUnder)) {
            return null;
        }
        Refusal refusal = Refusal.of(routePolicy, answered.need(), denial, nowNanos);
        remember(refusal, nowNanos);
        return refusal;
    }

    private void reviewReserve(@Nullable Refusal refusal, long nowNanos) {
        boolean calendarSpent = refusal != null && refusal.isOfCalendar();
        QuotaPolicy inForce = policy;
        if (inForce == null || (account == null && (grants < BUSY_GRANTS || calendarSpent))) {
            return;
        }
        long ratePerSecond = ratePerSecond(nowNanos);
        if (account == null && Reserve.target(inForce, seen, ratePerSecond) == 0) {
            return;
        }
        RowAccount row = account();
        if (row.reviewReserve(inForce, ratePerSecond, calendarSpent, nowNanos)) {
            queue();
        }
        if (calendarSpent && row.isReturning() && refusal != null) {
            refusal.endBy(nowNanos + RETURNING_RECHECK_NANOS);
        }
    }

    /// Takes note that no answer came; what was sent is sent again. With `giveUp` nobody waits for that.
    synchronized List<PageLine.Answer> fail(boolean giveUp, long nowNanos) {
        sent = null;
        if (giveUp) {
            forgetAsk();
        }
        List<PageLine.Answer> answers = giveUp && line != null
                ? line.serve(waiter -> decideAlone(waiter.policy, waiter.zone, waiter.cost, nowNanos))
                : List.of();
        queueWhatIsLeft();
        return answers;
    }

    private void queueWhatIsLeft() {
        if ((line != null && !line.isEmpty()) || leases.hasUnsettled()) {
            queue();
        } else {
            line = null;
        }
    }

    /// Ends all leases, so that their unused tokens return.
    synchronized void finishAll() {
        prefetch = false;
        current = null;
        leases.finishAll();
        if (leases.hasUnsettled()) {
            queue();
        }
    }

    /// Takes the page out of use when nothing is on it and nobody came for long; true if so.
    synchronized boolean retire(long nowNanos) {
        if (nowNanos - touchedNanos <= IDLE_NANOS) {
            return false;
        }
        DbQueryQuota queries = dbQueries;
        if (account != null && account.isBusy()) {
            account.returnReserve();
            queue();
            return false;
        }
        retired = !queued
                && sent == null
                && leases.isEmpty()
                && (line == null || line.isEmpty())
                && (queries == null || !queries.isBusy(nowNanos));
        return retired;
    }

    /// Whether the ledger has still to be told something.
    synchronized boolean owes() {
        return leases.hasUnsettled() || (account != null && account.isBusy());
    }

    /// The tenant's database queries; null when the page is no longer in the book.
    synchronized @Nullable DbQueryQuota openDbQueries(long nowNanos) {
        if (dbQueries == null && !retired) {
            dbQueries = new DbQueryQuota(tenantId, host, nowNanos);
        }
        return retired ? null : dbQueries;
    }

    /// What the row uses and sets aside beside leases; null for nothing so far.
    synchronized @Nullable RowAccount accountIfAny() {
        return account;
    }

    /// What the row uses and sets aside beside leases.
    synchronized RowAccount account() {
        if (account == null) {
            account = new RowAccount(this, host, seen);
        }
        return account;
    }
}
