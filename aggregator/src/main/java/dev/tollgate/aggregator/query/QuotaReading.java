package dev.tollgate.aggregator.query;

import java.time.Instant;

/// What the ledger counts in one window of one policy.
///
/// @param policy a route policy's name; empty for the tenant's own
/// @param quota such as `requests_per_minute`
/// @param resetsAt when tokens return: the end of a calendar window, or when the oldest leave a sliding one
/// @param enforcement `enforce` or `shadow`
public record QuotaReading(String policy, String quota, long limit, long used, Instant resetsAt, String enforcement) {

    public long remaining() {
        return Math.max(0, limit - used);
    }
}
