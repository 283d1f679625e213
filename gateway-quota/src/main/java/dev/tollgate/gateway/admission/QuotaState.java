package dev.tollgate.gateway.admission;

import java.time.Duration;
import java.time.Instant;

/// How far a quota is used, as known at this moment.
///
/// @param quota the quota's name, for headers, problems and violations: `requests_per_minute`, or
///     `search.requests_per_minute` for a route policy, or `db_queries_per_hour`
/// @param windowSeconds the window's length; for calendar windows the usual one
/// @param current tokens used or lent out in the window
/// @param resetsIn until tokens return: for calendar windows their end, for sliding ones when the oldest leave
/// @param resetsAt the same moment by the ledger's clock
public record QuotaState(
        String quota, long windowSeconds, long limit, long current, Duration resetsIn, Instant resetsAt) {

    /// Tokens left; never negative, also when the limit was lowered below what is used.
    public long remaining() {
        return Math.max(0, limit - current);
    }
}
