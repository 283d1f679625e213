package dev.tollgate.aggregator.query.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.tollgate.aggregator.query.LiveUsage;
import dev.tollgate.aggregator.query.QuotaReading;
import java.util.List;
import org.jspecify.annotations.Nullable;

/// The quota windows of a tenant as JSON.
record LiveView(String tenantId, String tier, List<Quota> quotas) {

    /// @param policy a route policy's name; left out for the tenant's own limits
    @JsonInclude(JsonInclude.Include.NON_NULL)
    record Quota(
            @Nullable String policy,
            String quota,
            long limit,
            long used,
            long remaining,
            String resetsAt,
            String enforcement) {}

    static LiveView of(String tenantId, LiveUsage live) {
        return new LiveView(
                tenantId,
                live.tier(),
                live.quotas().stream().map(LiveView::quota).toList());
    }

    private static Quota quota(QuotaReading reading) {
        return new Quota(
                reading.policy().isEmpty() ? null : reading.policy(),
                reading.quota(),
                reading.limit(),
                reading.used(),
                reading.remaining(),
                reading.resetsAt().toString(),
                reading.enforcement());
    }
}
