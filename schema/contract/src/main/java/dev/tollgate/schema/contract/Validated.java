package dev.tollgate.schema.contract;

/// What the one validation says about the bytes of a record of `usage.requests.v1`.
public sealed interface Validated {

    record Valid(RequestEvent event) implements Validated {}

    /// Belongs on the dead letter topic.
    ///
    /// @param field JSON name of the field at fault, or `$` for the message as a whole
    /// @param reason continues the field's name to a sentence
    record Invalid(String field, String reason) implements Validated {}
}
