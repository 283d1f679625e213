package dev.tollgate.ingest.intake;

import java.util.List;

/// Remembers which events were taken, and holds those that are not published yet.
@FunctionalInterface
public interface IntakeLedger {

    enum Verdict {
        STORED,
        /// Known, with the same body.
        REPEATED,
        /// Known, with another body.
        CONFLICT
    }

    /// Takes events in one transaction: key and outbox together. Several may be at it at once. Throws
    /// `IntakeUnavailableException` when it cannot.
    ///
    /// @param submissions with different keys, at most `Intake.BATCH_MAX`
    /// @return one verdict for each, in their order
    List<Verdict> take(List<Submission> submissions);
}
