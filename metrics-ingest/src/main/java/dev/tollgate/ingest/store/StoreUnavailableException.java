package dev.tollgate.ingest.store;

import org.jspecify.annotations.Nullable;

/// The store did not answer, or not as expected. Nothing can be said about the last call; connect anew and ask.
public final class StoreUnavailableException extends RuntimeException {

    public StoreUnavailableException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
