package dev.tollgate.gateway.admission;

import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// A request that needs tokens of two rows, both or none: joins the decisions about them, in whatever order and on
/// whatever threads they come. Until both are there the tokens of one are held undecided.
///
/// Its monitor guards its fields; nothing foreign is called under it.
final class JointRequest {

    private final Executor eventLoop;
    private final Consumer<QuotaDecision> answer;
    private final LongSupplier nanoTime;
    private @Nullable QuotaDecision own;
    private @Nullable QuotaDecision ofRoute;
    private boolean asked;

    JointRequest(Executor eventLoop, Consumer<QuotaDecision> answer, LongSupplier nanoTime) {
        this.eventLoop = eventLoop;
        this.answer = answer;
        this.nanoTime = nanoTime;
    }

    /// Takes the decision about the tenant's own limits.
    void own(QuotaDecision decision) {
        boolean complete;
        synchronized (this) {
            own = decision;
            complete = asked && ofRoute != null;
        }
        if (complete) {
            answerLater();
        }
    }

    /// Takes the decision about the limits of the route's policy.
    void ofRoute(QuotaDecision decision) {
        boolean complete;
        synchronized (this) {
            ofRoute = decision;
            complete = asked && own != null;
        }
        if (complete) {
            answerLater();
        }
    }

    /// Both rows have been asked: answers on this thread when both decisions are there already.
    void asked() {
        boolean complete;
        synchronized (this) {
            asked = true;
            complete = own != null && ofRoute != null;
        }
        if (complete) {
            answer.accept(joined());
        }
    }

    private void answerLater() {
        QuotaDecision joined = joined();
        eventLoop.execute(() -> answer.accept(joined));
    }

    private QuotaDecision joined() {
        QuotaDecision first;
        QuotaDecision second;
        synchronized (this) {
            first = own;
            second = ofRoute;
        }
        if (first instanceof QuotaDecision.Admitted(Admission tenant)
                && second instanceof QuotaDecision.Admitted(Admission route)) {
            long now = nanoTime.getAsLong();
            if (isCurrent(tenant, now) && isCurrent(route, now)) {
                return new QuotaDecision.Admitted(new PairAdmission(tenant, route));
            }
            tenant.giveBack();
            route.giveBack();
            return LeasedQuotaGate.TOO_LATE;
        }
        giveBack(first);
        giveBack(second);
        return stopping(first, second);
    }

    /// Tokens taken before the other row answered count from here on as used at this moment.
    private static boolean isCurrent(Admission admission, long nowNanos) {
        return !(admission instanceof LeaseAdmission ofLease) || ofLease.redate(nowNanos);
    }

    private static void giveBack(@Nullable QuotaDecision decision) {
        if (decision instanceof QuotaDecision.Admitted(Admission admission)) {
            admission.giveBack();
        }
    }

    /// The denial that lasts longer; any denial before a ledger that is away.
    static QuotaDecision stopping(@Nullable QuotaDecision first, @Nullable QuotaDecision second) {
        if (first instanceof QuotaDecision.Denied one) {
            boolean secondLasts = second instanceof QuotaDecision.Denied two
                    && two.retryAfter().compareTo(one.retryAfter()) > 0;
            return secondLasts && second != null ? second : one;
        }
        if (second instanceof QuotaDecision.Denied two) {
            return two;
        }
        return first instanceof QuotaDecision.Unavailable || second == null ? LeasedQuotaGate.AWAY : second;
    }
}
