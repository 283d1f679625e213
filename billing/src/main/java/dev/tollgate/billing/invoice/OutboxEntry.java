package dev.tollgate.billing.invoice;

/// A billing event that waits for the broker.
///
/// @param payload the event as `BillingEventCodec` wrote it
public record OutboxEntry(long outboxId, String tenantId, byte[] payload) {

    public OutboxEntry {
        payload = payload.clone();
    }

    @Override
    public byte[] payload() {
        return payload.clone();
    }
}
