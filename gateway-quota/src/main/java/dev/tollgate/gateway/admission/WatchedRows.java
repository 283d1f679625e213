package dev.tollgate.gateway.admission;

import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.violation.ViolationLog;
import java.time.Instant;
import java.util.function.LongSupplier;

/// Rows under the enforcement `shadow`: everything passes, and what would have been denied is noted.
final class WatchedRows {

    private final ViolationLog violations;
    private final LongSupplier epochMs;

    /// @param epochMs by the ledger's clock
    WatchedRows(ViolationLog violations, LongSupplier epochMs) {
        this.violations = violations;
        this.epochMs = epochMs;
    }

    static boolean isWatched(QuotaPolicy policy) {
        return policy.enforcement() == Enforcement.SHADOW;
    }

    void note(String tenantId, QuotaDecision.Denied denied) {
        QuotaState spent = denied.exhausted();
        violations.record(tenantId, spent.quota(), spent.limit(), spent.current(), "", null);
    }

    /// What becomes of a decision about such a row.
    QuotaDecision passed(TenantLeases page, QuotaPolicy policy, long cost, QuotaDecision decision) {
        return switch (decision) {
            case QuotaDecision.Admitted admitted -> admitted;
            case QuotaDecision.Denied denied -> {
                note(page.tenantId(), denied);
                yield new QuotaDecision.Admitted(new FreeAdmission(cost, denied.exhausted()));
            }
            case QuotaDecision.Unavailable _ ->
                new QuotaDecision.Admitted(FreeAdmission.watched(
                        cost, page.routePolicy(), policy, Instant.ofEpochMilli(epochMs.getAsLong())));
        };
    }
}
