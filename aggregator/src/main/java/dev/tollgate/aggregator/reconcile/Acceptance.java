package dev.tollgate.aggregator.reconcile;

/// What came of accepting a finding.
public sealed interface Acceptance {

    /// It is accepted, by this call or by an earlier one.
    record Accepted(StoredFinding finding) implements Acceptance {}

    /// It had ended otherwise before.
    record Closed(StoredFinding finding) implements Acceptance {}

    /// It ends by something else than acceptance.
    record Refused(String reason) implements Acceptance {}

    record Unknown() implements Acceptance {}
}
