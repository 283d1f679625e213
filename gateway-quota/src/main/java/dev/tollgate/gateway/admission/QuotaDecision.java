package dev.tollgate.gateway.admission;

import java.time.Duration;

/// What the gate answers for one request.
public sealed interface QuotaDecision {

    /// The request may pass with the tokens that it holds.
    record Admitted(Admission admission) implements QuotaDecision {}

    /// A quota is spent. Nothing was taken from any quota. A client that waits `retryAfter` finds the tokens that it
    /// needs, if nobody else takes them.
    record Denied(QuotaState exhausted, Duration retryAfter) implements QuotaDecision {}

    /// The ledger is away, or too many requests wait for it, and the tenant's policy refuses to guess.
    record Unavailable(String reason, Duration retryAfter) implements QuotaDecision {}
}
