package dev.tollgate.schema.access.key;

/// The staff keys cannot be read now; a 503, not a 401.
public final class OperatorKeysUnavailableException extends RuntimeException {

    public OperatorKeysUnavailableException(Throwable cause) {
        super("the staff keys cannot be read", cause);
    }
}
