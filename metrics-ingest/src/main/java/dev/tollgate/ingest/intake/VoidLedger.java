package dev.tollgate.ingest.intake;

import java.util.Optional;
import java.util.UUID;

/// Remembers which events were taken back. Throws `IntakeUnavailableException` when it cannot tell.
public interface VoidLedger {

    /// A key that was taken.
    ///
    /// @param publishedId the id under which its event is published
    record Known(byte[] bodyHash, UUID publishedId) {}

    enum Verdict {
        STORED,
        /// The void's key is known, with the same body.
        REPEATED,
        /// The void's key is known, with another body.
        CONFLICT,
        /// Another void took the event back.
        VOIDED
    }

    Optional<Known> known(Submission.Key key);

    /// The event that was taken under the key.
    Original find(Submission.Key key);

    /// The event that is stored under the id, whoever sent it; never `Underway`.
    Original find(String tenantId, UUID eventId);

    /// Takes a void in one transaction: key, mark of the event, outbox and audit log together.
    Verdict take(VoidSubmission submission);
}
