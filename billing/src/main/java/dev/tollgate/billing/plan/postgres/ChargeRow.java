package dev.tollgate.billing.plan.postgres;

import dev.tollgate.billing.plan.Charge;
import dev.tollgate.billing.plan.InvalidPlanException;
import dev.tollgate.billing.plan.Meter;
import dev.tollgate.billing.plan.PriceStep;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/// A row of `plan_charges`, on its way to a `Charge`. `bounds` is a JSON array of steps, each
/// `{"upTo": 1000, "amountCents": 5, "perQuantity": 1}`; the last one has no `upTo`, `perQuantity` is 1 if absent.
record ChargeRow(
        String code,
        String description,
        String model,
        @Nullable String meter,
        long amountCents,
        long perQuantity,
        long includedQuantity,
        @Nullable String bounds) {

    private static final JsonMapper JSON = JsonMapper.shared();

    /// Throws `InvalidPlanException` naming the charge.
    Charge toCharge() {
        try {
            return switch (model) {
                case "flat_fee" -> new Charge.FlatFee(code, description, amountCents);
                case "minimum" -> new Charge.Minimum(code, description, amountCents);
                case "overage_per_thousand" -> overage();
                case "per_unit" ->
                    new Charge.PerUnit(code, description, meterOf(), includedQuantity, amountCents, perQuantity);
                case "package" ->
                    new Charge.PackagePrice(code, description, meterOf(), includedQuantity, amountCents, perQuantity);
                case "graduated" -> new Charge.Graduated(code, description, meterOf(), includedQuantity, steps());
                case "volume" -> new Charge.Volume(code, description, meterOf(), includedQuantity, steps());
                default -> throw new InvalidPlanException("unknown model " + model);
            };
        } catch (InvalidPlanException invalid) {
            throw new InvalidPlanException("charge " + code + ": " + invalid.getMessage());
        }
    }

    private Charge overage() {
        if (perQuantity != Charge.OveragePerThousand.THOUSAND) {
            throw new InvalidPlanException("overage_per_thousand has per_quantity 1000, not " + perQuantity);
        }
        return new Charge.OveragePerThousand(code, description, meterOf(), includedQuantity, amountCents);
    }

    private Meter meterOf() {
        if (meter == null) {
            throw new InvalidPlanException(model + " needs a meter");
        }
        return Meter.fromWireName(meter).orElseThrow(() -> new InvalidPlanException("unknown meter " + meter));
    }

    private List<PriceStep> steps() {
        List<PriceStep> steps = new ArrayList<>();
        for (JsonNode step : parsedBounds()) {
            JsonNode upTo = step.path("upTo");
            JsonNode per = step.path("perQuantity");
            steps.add(new PriceStep(
                    upTo.isNull() || upTo.isMissingNode() ? null : wholeNumber("upTo", upTo),
                    wholeNumber("amountCents", step.path("amountCents")),
                    per.isMissingNode() ? 1 : wholeNumber("perQuantity", per)));
        }
        return steps;
    }

    private JsonNode parsedBounds() {
        JsonNode array;
        try {
            array = JSON.readTree(bounds == null ? "null" : bounds);
        } catch (JacksonException malformed) {
            throw new InvalidPlanException("bounds is not JSON");
        }
        if (!array.isArray()) {
            throw new InvalidPlanException("bounds must be an array of steps");
        }
        return array;
    }

    private static long wholeNumber(String name, JsonNode value) {
        if (!value.isIntegralNumber() || !value.canConvertToLong()) {
            throw new InvalidPlanException("bounds: " + name + " must be a whole number");
        }
        return value.longValue();
    }
}
