package dev.tollgate.ingest.intake;

import java.util.UUID;

/// What became of a wish to take an event back.
public sealed interface VoidResult {

    /// Taken: the void will be published under that id.
    record Accepted(UUID id) implements VoidResult {}

    /// The same void was taken before; nothing changed.
    record Repeated(UUID id) implements VoidResult {}

    /// The void's own id was taken before, with another body; nothing changed.
    record Conflict() implements VoidResult {}

    /// Another void took the event back before.
    record AlreadyVoided() implements VoidResult {}

    /// The event is accepted and not stored yet; the same void can be taken a little later.
    record Underway() implements VoidResult {}

    /// Nobody sent such an event.
    record Unknown() implements VoidResult {}

    /// @param field the field at fault
    /// @param reason continues the field's name to a sentence
    record Invalid(String field, String reason) implements VoidResult {}
}
