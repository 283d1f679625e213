package dev.tollgate.ingest.intake;

import java.util.UUID;

/// What the intake says about one event.
public sealed interface IntakeResult {

    /// Taken: it will be published under that id.
    record Accepted(UUID id) implements IntakeResult {}

    /// The same event was taken before; nothing changed.
    record Repeated(UUID id) implements IntakeResult {}

    /// The same producer's id was taken before with another body; nothing changed.
    record Conflict() implements IntakeResult {}

    /// @param field the field at fault
    /// @param reason continues the field's name to a sentence
    record Invalid(String field, String reason) implements IntakeResult {}
}
