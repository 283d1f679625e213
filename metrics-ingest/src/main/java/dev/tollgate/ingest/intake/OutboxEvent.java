package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.RequestEvent;

/// A numbered event that the broker may not have yet.
public record OutboxEvent(long outboxId, RequestEvent event) {}
