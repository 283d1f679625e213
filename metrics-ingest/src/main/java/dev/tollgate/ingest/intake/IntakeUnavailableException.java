package dev.tollgate.ingest.intake;

/// Nothing can be taken now, since what remembers it does not answer. What was asked may have been taken: to send it
/// again is safe.
public final class IntakeUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public IntakeUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
