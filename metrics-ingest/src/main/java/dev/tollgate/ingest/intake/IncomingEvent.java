package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.EventType;
import java.time.Instant;

/// An event as a producer offers it, not yet judged.
///
/// @param producer the producer's own name; with the tenant and `eventId` it says which event this is
/// @param eventId unique for that producer and tenant
/// @param time when it happened, by the producer; cut to milliseconds
public record IncomingEvent(
        String producer, String eventId, String tenantId, EventType type, Instant time, Usage usage) {}
