package dev.tollgate.billing.plan;

/// Checks that the records of plans share.
final class Amounts {

    private Amounts() {}

    static void notNegative(String name, long value) {
        if (value < 0) {
            throw new InvalidPlanException(name + " must not be negative but is " + value);
        }
    }

    static void positive(String name, long value) {
        if (value < 1) {
            throw new InvalidPlanException(name + " must be 1 or more but is " + value);
        }
    }
}
