package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.Topics;
import java.util.UUID;

/// A valid event on its way into the outbox.
///
/// @param id under which the event is published
/// @param payload the event as `OutboxPayload` encodes it
/// @param bodyHash SHA-256 of `payload`, 32 bytes
public record Submission(Key key, UUID id, byte[] payload, byte[] bodyHash) {

    /// What makes an event the same event.
    public record Key(String tenantId, String producer, String eventId) {}

    public int partition() {
        return Topics.partitionOf(key.tenantId());
    }
}
