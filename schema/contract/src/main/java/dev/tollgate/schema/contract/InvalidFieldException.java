package dev.tollgate.schema.contract;

/// A value that the contract does not allow. `EventCodec.validate` turns it into a value; whoever builds a
/// record from unchecked parts gets it thrown.
public final class InvalidFieldException extends IllegalArgumentException {

    private final String field;
    private final String reason;

    public InvalidFieldException(String field, String reason) {
        super(field + " " + reason);
        this.field = field;
        this.reason = reason;
    }

    /// The JSON name of the field, or `$` when the message as a whole is wrong.
    public String field() {
        return field;
    }

    /// Continues the field's name to a sentence: `must be 1 or more`.
    public String reason() {
        return reason;
    }
}
