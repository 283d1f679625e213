package dev.tollgate.ingest.intake;

import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.Validated;

/// An event in the outbox: the bytes of the contract's JSON with a stand-in where its source and sequence will
/// be. One event has one encoding, so the bytes also serve to compare bodies.
public final class OutboxPayload {

    static final String UNNUMBERED_SOURCE = "outbox.0";
    static final long UNNUMBERED_SEQUENCE = 1;

    private OutboxPayload() {}

    static byte[] encode(RequestEvent event) {
        return EventCodec.encode(event.withSource(UNNUMBERED_SOURCE, UNNUMBERED_SEQUENCE));
    }

    /// An event that has passed validation, as the ledger takes it.
    public static Submission submission(Submission.Key key, RequestEvent event) {
        byte[] payload = encode(event);
        return new Submission(key, event.id(), payload, EventIds.hash(payload));
    }

    /// The event under its number.
    public static RequestEvent decode(byte[] payload, String source, long sequence) {
        return switch (EventCodec.validate(payload, Long.MAX_VALUE)) {
            case Validated.Valid(var event) -> event.withSource(source, sequence);
            case Validated.Invalid(var field, var reason) ->
                throw new IllegalStateException(
                        "the outbox holds what the intake never accepts: " + field + " " + reason);
        };
    }
}
