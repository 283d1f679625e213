package dev.tollgate.aggregator.reconcile;

/// Looks at the log.
public interface LogWatch {

    /// Throws `LogAwayException` when the broker does not answer.
    LogLook look();

    /// The broker does not answer; nothing can be told.
    final class LogAwayException extends RuntimeException {
        public LogAwayException(String message, Throwable cause) {
            super(message, cause);
        }
    }
}
