package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;

/// A request that passes without tokens, because its quotas are only watched or do not exist.
record FreeAdmission(long cost, QuotaState closest) implements Admission {

    /// Under a row of which nothing is known.
    static FreeAdmission unlimited(long cost, String routePolicy) {
        QuotaWindow window = QuotaWindow.MONTH;
        return new FreeAdmission(
                cost,
                new QuotaState(
                        window.quotaOf(routePolicy),
                        window.nominalLength().toSeconds(),
                        QuotaPolicy.UNLIMITED,
                        0,
                        window.nominalLength(),
                        Instant.EPOCH));
    }

    /// Under a policy that is only watched, whose usage is not known.
    static FreeAdmission watched(long cost, String routePolicy, QuotaPolicy policy, Instant now) {
        QuotaWindow window = QuotaWindow.DAY;
        Duration length = window.nominalLength();
        return new FreeAdmission(
                cost,
                new QuotaState(
                        window.quotaOf(routePolicy),
                        length.toSeconds(),
                        window.limitOf(policy),
                        0,
                        length,
                        now.plus(length)));
    }

    @Override
    public void commit() {
        // Nothing was taken.
    }

    @Override
    public void giveBack() {
        // Nothing was taken.
    }
}
