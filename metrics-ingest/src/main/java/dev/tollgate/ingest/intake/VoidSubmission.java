package dev.tollgate.ingest.intake;

import java.util.UUID;

/// A valid void on its way into the outbox.
///
/// @param key of the void
/// @param bodyHash SHA-256 of what the void says, 32 bytes
/// @param voidedId the published id of the event that it takes back
/// @param voidId the id under which it is published
/// @param payload the void as `OutboxPayload` encodes it
public record VoidSubmission(
        Submission.Key key, byte[] bodyHash, UUID voidedId, UUID voidId, byte[] payload, String actor, String reason) {}
