package dev.tollgate.ingest.intake;

/// A producer's wish to take back an event that it sent itself.
///
/// @param producer the producer's own name, of the void as of the event
/// @param eventId of the void, unique for that producer and tenant
/// @param voidedEventId the producer's id of the event to take back
/// @param actor who the audit log names
public record IncomingVoid(
        String producer, String eventId, String tenantId, String voidedEventId, String reason, String actor) {}
