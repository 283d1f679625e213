package dev.tollgate.billing.plan;

/// A stored plan that cannot be rated; the message names what is wrong with it.
public final class InvalidPlanException extends IllegalArgumentException {

    private static final long serialVersionUID = 1L;

    public InvalidPlanException(String message) {
        super(message);
    }
}
