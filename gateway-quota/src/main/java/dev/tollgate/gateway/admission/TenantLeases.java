package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// One tenant's page of the [LeaseBook]: the leases held, the requests that wait, the denial remembered.
///
/// Every field is guarded by the page's monitor: event loops spend, the exchanger's thread prepares and applies
/// exchanges, the waiting line's thread lets requests go that waited too long. Answers are delivered outside of it.
final class TenantLeases {

    /// Requests of one tenant that may wait.
    static final int WAITING_MAX = 1_000;

    /// An unanswered want is repeated under its number this long; it would bring a lease too old to use later.
    static final long ASK_REPEAT_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    /// A page untouched this long, with nothing on it, is dropped.
    static final long IDLE_NANOS = TimeUnit.SECONDS.toNanos(60);

    /// A decision on its way to a request that waited.
    record Answer(Waiter waiter, QuotaDecision decision) {}

    /// A want whose answer is not known.
    private record Ask(long number, long sentNanos) {}

    private final String tenantId;
    private final Consumer<TenantLeases> exchanges;
    private final HeldLeases leases = new HeldLeases();
    private final Deque<Waiter> waiting = new ArrayDeque<>(2);
    private final RateMeter rate;
    private @Nullable QuotaPolicy policy;
    private @Nullable Refusal refusal;
    private @Nullable Ask ask;
    private @Nullable LeaseWant sent;
    private long remaining;
    private long lowWater = -1;
    private long touchedNanos;
    private boolean prefetch;
    private boolean queued;
    private boolean retired;

    /// @param exchanges takes the page when it needs an exchange; it must return at once
    TenantLeases(String tenantId, Consumer<TenantLeases> exchanges, long nowNanos) {
        this.tenantId = tenantId;
        this.exchanges = exchanges;
        this.rate = new RateMeter(nowNanos);
        this.touchedNanos = nowNanos;
    }

    /// Decides from what is held or remembered; null when only the ledger can tell.
    synchronized @Nullable QuotaDecision decide(QuotaPolicy inForce, long cost, long nowNanos) {
        touchedNanos = nowNanos;
        policy = inForce;
        QuotaLease lease = leases.spend(cost, nowNanos);
        if (lease != null) {
            rate.add(cost);
            if (lowWater >= 0 && sent == null && leases.spendable(nowNanos) <= lowWater) {
                prefetch = true;
                queue();
            }
            return new QuotaDecision.Admitted(new LeaseAdmission(this, lease, cost, nowNanos), lease.closest(nowNanos));
        }
        Refusal remembered = currentRefusal();
        return remembered != null && remembered.covers(cost, nowNanos) ? remembered.decision(tenantId, nowNanos) : null;
    }

    /// Lets a request wait for the next exchange; false when too many do, or the page is no longer in the book.
    synchronized boolean await(Waiter waiter) {
        if (retired || waiting.size() >= WAITING_MAX) {
            return false;
        }
        waiting.add(waiter);
        queue();
        return true;
    }

    synchronized boolean isRetired() {
        return retired;
    }

    /// Claims a waiting request for whoever answers it otherwise; false when it has its answer.
    synchronized boolean abandon(Waiter waiter) {
        if (waiter.answered) {
            return false;
        }
        waiter.answered = true;
        dropAnswered();
        return true;
    }

    synchronized void giveBack(QuotaLease lease, long cost, long spentNanos) {
        lease.giveBack(cost, spentNanos);
    }

    /// Asks for an exchange once; true when none was asked for yet.
    synchronized void queue() {
        if (!queued && !retired) {
            queued = true;
            exchanges.accept(this);
        }
    }

    /// This tenant's part of the exchange that starts now; null when there is nothing to exchange.
    synchronized @Nullable LeaseWant prepare(LongSupplier leaseNumbers, long nowNanos) {
        queued = false;
        leases.finishEnded(nowNanos);
        dropAnswered();
        List<LeaseSettlement> settlements = leases.nextSettlements();
        long waitingTokens = 0;
        for (Waiter waiter : waiting) {
            waitingTokens += waiter.answered ? 0 : waiter.cost;
        }
        boolean ahead = prefetch && leases.spendable(nowNanos) <= lowWater;
        prefetch = false;
        if (waitingTokens == 0 && !ahead) {
            sent = settlements.isEmpty() ? null : new LeaseWant(tenantId, "", 0, 0, 0, 0, settlements);
            return sent;
        }
        LeaseSizer.Size size = LeaseSizer.size(waitingTokens, rate.perSecond(nowNanos), remaining);
        if (ask == null || nowNanos - ask.sentNanos() > ASK_REPEAT_NANOS) {
            ask = new Ask(leaseNumbers.getAsLong(), nowNanos);
        }
        long need = waiting.isEmpty() ? 1 : waiting.getFirst().cost;
        sent = new LeaseWant(
                tenantId, "", ask.number(), need, Math.max(need, size.tokens()), size.lifeMs(), settlements);
        return sent;
    }

    /// Takes the ledger's answer to what was prepared. Returns the decisions to deliver.
    synchronized List<Answer> apply(LeaseGrant grant, long nowNanos) {
        LeaseWant answered = sent;
        sent = null;
        if (answered == null) {
            throw new IllegalStateException("tenant " + tenantId + ": an answer without an exchange");
        }
        leases.settled(answered.settlements().size());
        if (grant.known()) {
            remaining = grant.usage(grant.tightest()).remaining();
        }
        if (answered.want() > 0 && ask != null) {
            if (grant.granted() > 0) {
                refusal = null;
                leases.add(new QuotaLease(ask.number(), ask.sentNanos(), nowNanos, grant), nowNanos);
                lowWater = LeaseSizer.lowWater(grant.granted());
            } else {
                lowWater = -1;
                refusal = Refusal.of(policy, answered.need(), grant, nowNanos);
            }
            ask = null;
        }
        List<Answer> answers = serve(nowNanos);
        if (!waiting.isEmpty() || leases.hasUnsettled()) {
            queue();
        }
        return answers;
    }

    /// Takes note that no answer came; what was sent is sent again. With `giveUp` nobody waits for that.
    synchronized List<Answer> fail(boolean giveUp, QuotaDecision.Unavailable unavailable) {
        sent = null;
        List<Answer> answers = new ArrayList<>();
        if (giveUp) {
            for (Waiter waiter : waiting) {
                if (!waiter.answered) {
                    waiter.answered = true;
                    answers.add(new Answer(waiter, unavailable));
                }
            }
            waiting.clear();
        }
        if (!waiting.isEmpty() || leases.hasUnsettled()) {
            queue();
        }
        return answers;
    }

    /// Ends all leases, so that their unused tokens return.
    synchronized void finishAll() {
        prefetch = false;
        leases.finishAll();
        if (leases.hasUnsettled()) {
            queue();
        }
    }

    /// Takes the page out of use when nothing is on it and nobody came for long; true if so.
    synchronized boolean retire(long nowNanos) {
        retired = !queued
                && sent == null
                && leases.isEmpty()
                && waiting.isEmpty()
                && nowNanos - touchedNanos > IDLE_NANOS;
        return retired;
    }

    synchronized boolean hasUnsettled() {
        return leases.hasUnsettled();
    }

    /// Settlements lost because the ledger was away for too long; their tokens stay used.
    synchronized long forfeitedCount() {
        return leases.forfeited();
    }

    /// A changed policy may have more room: the memory of a denial under the old one is void.
    private @Nullable Refusal currentRefusal() {
        if (refusal != null && !Objects.equals(refusal.policy(), policy)) {
            refusal = null;
        }
        return refusal;
    }

    private List<Answer> serve(long nowNanos) {
        if (waiting.isEmpty()) {
            return List.of();
        }
        List<Answer> answers = new ArrayList<>(waiting.size());
        Refusal remembered = currentRefusal();
        for (int left = waiting.size(); left > 0; left--) {
            Waiter waiter = waiting.removeFirst();
            if (waiter.answered) {
                continue;
            }
            QuotaLease lease = leases.spend(waiter.cost, nowNanos);
            if (lease != null) {
                rate.add(waiter.cost);
                var admission = new LeaseAdmission(this, lease, waiter.cost, nowNanos);
                answers.add(new Answer(waiter, new QuotaDecision.Admitted(admission, lease.closest(nowNanos))));
            } else if (remembered != null && remembered.covers(waiter.cost, nowNanos)) {
                answers.add(new Answer(waiter, remembered.decision(tenantId, nowNanos)));
            } else {
                waiting.addLast(waiter);
                continue;
            }
            waiter.answered = true;
        }
        return answers;
    }

    private void dropAnswered() {
        while (!waiting.isEmpty() && waiting.getFirst().answered) {
            waiting.removeFirst();
        }
    }
}
