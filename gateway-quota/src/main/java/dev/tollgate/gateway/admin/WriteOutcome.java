package dev.tollgate.gateway.admin;

/// What became of a write.
public sealed interface WriteOutcome {

    /// It is done, by this request or by an earlier one with the same key.
    ///
    /// @param body JSON; empty for none
    /// @param repeated whether an earlier request did it
    record Answered(int status, String body, boolean repeated) implements WriteOutcome {}

    /// Nothing changed.
    record Refused(Reason reason, String detail) implements WriteOutcome {}

    /// The idempotency key belongs to another request of the same operator.
    record KeyReused() implements WriteOutcome {}

    enum Reason {
        NOT_FOUND,
        CONFLICT,
        INVALID
    }
}
