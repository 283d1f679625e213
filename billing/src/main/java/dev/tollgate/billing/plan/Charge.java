package dev.tollgate.billing.plan;

import java.util.List;
import org.jspecify.annotations.Nullable;

/// One charge of a plan version. Quantities beyond `includedQuantity` are billed; amounts are whole cents, net of tax.
public sealed interface Charge {

    /// Names the charge on invoices, unique within its plan version by convention.
    String code();

    String description();

    /// The name of the price model, as stored.
    String model();

    /// A fixed amount for the period.
    record FlatFee(String code, String description, long amountCents) implements Charge {
        public FlatFee {
            Amounts.notNegative("amount_cents", amountCents);
        }

        @Override
        public String model() {
            return "flat_fee";
        }
    }

    /// The least that all charges of the version amount to; a line adds what is missing.
    record Minimum(String code, String description, long amountCents) implements Charge {
        public Minimum {
            Amounts.notNegative("amount_cents", amountCents);
        }

        @Override
        public String model() {
            return "minimum";
        }
    }

    /// A charge that a meter feeds.
    sealed interface Metered extends Charge {
        Meter meter();

        long includedQuantity();
    }

    /// `amountCents` for every started thousand beyond the included quantity.
    record OveragePerThousand(String code, String description, Meter meter, long includedQuantity, long amountCents)
            implements Metered {
        public static final long THOUSAND = 1_000;

        public OveragePerThousand {
            Amounts.notNegative("included_quantity", includedQuantity);
            Amounts.notNegative("amount_cents", amountCents);
        }

        @Override
        public String model() {
            return "overage_per_thousand";
        }
    }

    /// `amountCents` per `perQuantity`, in proportion: half a `perQuantity` costs half.
    record PerUnit(
            String code, String description, Meter meter, long includedQuantity, long amountCents, long perQuantity)
            implements Metered {
        public PerUnit {
            Amounts.notNegative("included_quantity", includedQuantity);
            Amounts.notNegative("amount_cents", amountCents);
            Amounts.positive("per_quantity", perQuantity);
        }

        @Override
        public String model() {
            return "per_unit";
        }
    }

    /// `amountCents` for every started package of `perQuantity`.
    record PackagePrice(
            String code, String description, Meter meter, long includedQuantity, long amountCents, long perQuantity)
            implements Metered {
        public PackagePrice {
            Amounts.notNegative("included_quantity", includedQuantity);
            Amounts.notNegative("amount_cents", amountCents);
            Amounts.positive("per_quantity", perQuantity);
        }

        @Override
        public String model() {
            return "package";
        }
    }

    /// Each step's share of the billed quantity at that step's price.
    record Graduated(String code, String description, Meter meter, long includedQuantity, List<PriceStep> steps)
            implements Metered {
        public Graduated {
            Amounts.notNegative("included_quantity", includedQuantity);
            steps = climbing(steps);
        }

        @Override
        public String model() {
            return "graduated";
        }
    }

    /// The whole billed quantity at the price of the step in which it ends.
    record Volume(String code, String description, Meter meter, long includedQuantity, List<PriceStep> steps)
            implements Metered {
        public Volume {
            Amounts.notNegative("included_quantity", includedQuantity);
            steps = climbing(steps);
        }

        @Override
        public String model() {
            return "volume";
        }
    }

    /// Steps that climb and whose last one, and only that one, has no end.
    private static List<PriceStep> climbing(List<PriceStep> steps) {
        if (steps.isEmpty()) {
            throw new InvalidPlanException("bounds must hold at least one step");
        }
        long below = 0;
        for (int i = 0; i < steps.size(); i++) {
            @Nullable Long upTo = steps.get(i).upTo();
            if ((upTo == null) != (i == steps.size() - 1)) {
                throw new InvalidPlanException("the last step, and only that one, has no upTo");
            }
            if (upTo != null && upTo <= below) {
                throw new InvalidPlanException("the steps must climb, but " + upTo + " follows " + below);
            }
            below = upTo == null ? below : upTo;
        }
        return List.copyOf(steps);
    }
}
