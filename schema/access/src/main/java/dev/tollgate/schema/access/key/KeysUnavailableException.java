package dev.tollgate.schema.access.key;

/// Keys cannot be read now; a 503, not a 401.
public final class KeysUnavailableException extends RuntimeException {

    public KeysUnavailableException(Throwable cause) {
        super("the keys cannot be read", cause);
    }
}
