package dev.tollgate.billing.plan;

import org.jspecify.annotations.Nullable;

/// One step of a graduated or a volume price: up to and including `upTo`, `amountCents` for each `perQuantity`.
///
/// @param upTo the last quantity of the step; null for the last step, which has no end
public record PriceStep(@Nullable Long upTo, long amountCents, long perQuantity) {

    public PriceStep {
        if (upTo != null && upTo < 1) {
            throw new InvalidPlanException("a step's upTo must be 1 or more but is " + upTo);
        }
        Amounts.notNegative("a step's amountCents", amountCents);
        Amounts.positive("a step's perQuantity", perQuantity);
    }
}
