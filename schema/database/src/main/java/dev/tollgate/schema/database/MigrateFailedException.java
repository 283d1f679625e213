package dev.tollgate.schema.database;

/// The database or the broker did not let itself be brought to the state that the services need.
public final class MigrateFailedException extends RuntimeException {

    public MigrateFailedException(String message) {
        super(message);
    }

    public MigrateFailedException(String message, Throwable cause) {
        super(message + ": " + cause.getMessage(), cause);
    }
}
