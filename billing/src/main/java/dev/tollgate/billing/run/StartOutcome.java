package dev.tollgate.billing.run;

import java.util.UUID;

/// What became of the wish to start a run.
public sealed interface StartOutcome {

    /// @param created false when the idempotency key had started this run before
    record Started(UUID runId, boolean created) implements StartOutcome {}

    /// The idempotency key belongs to a run of another month.
    record KeyReused(UUID runId) implements StartOutcome {}
}
