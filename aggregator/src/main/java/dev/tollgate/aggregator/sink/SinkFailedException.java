package dev.tollgate.aggregator.sink;

/// The sink's store failed, or another instance has taken the partition over.
public final class SinkFailedException extends RuntimeException {

    public SinkFailedException(String message, Throwable cause) {
        super(message, cause);
    }
}
