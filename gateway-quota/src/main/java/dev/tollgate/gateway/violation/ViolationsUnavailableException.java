package dev.tollgate.gateway.violation;

import java.io.Serial;

/// The store or the topic of violations gave no answer. Whether it did what was asked is unknown.
public final class ViolationsUnavailableException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    public ViolationsUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }
}
