package dev.tollgate.gateway.journal;

/// The database that holds the sources does not answer.
public final class SourcesUnavailableException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public SourcesUnavailableException(Throwable cause) {
        super("event sources: " + cause.getMessage(), cause);
    }
}
