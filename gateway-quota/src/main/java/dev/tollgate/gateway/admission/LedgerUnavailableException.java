package dev.tollgate.gateway.admission;

import java.io.Serial;

/// The ledger gave no answer. Whether it did what was asked is unknown.
public final class LedgerUnavailableException extends Exception {

    @Serial
    private static final long serialVersionUID = 1L;

    public LedgerUnavailableException(String message, Throwable cause) {
        super(message, cause);
    }

    public LedgerUnavailableException(String message) {
        super(message);
    }
}
