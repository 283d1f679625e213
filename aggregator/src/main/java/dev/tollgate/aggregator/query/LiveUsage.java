package dev.tollgate.aggregator.query;

import java.util.List;

/// All quota windows of a tenant at this moment.
public record LiveUsage(String tier, List<QuotaReading> quotas) {

    public LiveUsage {
        quotas = List.copyOf(quotas);
    }
}
