package dev.tollgate.aggregator.query;

/// A query that cannot be asked; `field` names the parameter, the message says what it must be.
public final class InvalidUsageQueryException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    private final String field;

    public InvalidUsageQueryException(String field, String message) {
        super(message, null, false, false);
        this.field = field;
    }

    public String field() {
        return field;
    }
}
