package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Instant;
import java.util.function.LongSupplier;

/// Rows under the enforcement `shadow`: everything passes, and the admission names what would have denied it.
final class WatchedRows {

    private final LongSupplier epochMs;

    /// @param epochMs by the ledger's clock
    WatchedRows(LongSupplier epochMs) {
        this.epochMs = epochMs;
    }

    static boolean isWatched(QuotaPolicy policy) {
        return policy.enforcement() == Enforcement.SHADOW;
    }

    /// The decision for a request that was also denied by a quota that is only watched.
    static QuotaDecision naming(QuotaDecision.Denied denied, QuotaDecision decision) {
        return decision instanceof QuotaDecision.Admitted(Admission admission)
                ? new QuotaDecision.Admitted(new WatchedAdmission(admission, denied.exhausted()))
                : decision;
    }

    /// What becomes of a decision about such a row.
    QuotaDecision passed(TenantLeases page, QuotaPolicy policy, long cost, QuotaDecision decision) {
        return switch (decision) {
            case QuotaDecision.Admitted admitted -> admitted;
            case QuotaDecision.Denied denied ->
                naming(denied, new QuotaDecision.Admitted(new FreeAdmission(cost, denied.exhausted())));
            case QuotaDecision.Unavailable _ ->
                new QuotaDecision.Admitted(FreeAdmission.watched(
                        cost, page.routePolicy(), policy, Instant.ofEpochMilli(epochMs.getAsLong())));
        };
    }
}
