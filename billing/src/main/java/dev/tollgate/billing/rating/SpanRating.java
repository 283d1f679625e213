package dev.tollgate.billing.rating;

import dev.tollgate.billing.plan.Charge;
import dev.tollgate.billing.plan.PlanVersion;
import dev.tollgate.billing.plan.PriceStep;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The price models, applied to one plan version's days of a period.
final class SpanRating {

    private final int spanNo;
    private final PlanVersion plan;
    private final MeteredUsage usage;
    private final long days;
    private final long periodDays;

    SpanRating(int spanNo, RatedSpan rated, long periodDays) {
        this.spanNo = spanNo;
        this.plan = rated.span().plan();
        this.usage = rated.usage();
        this.days = rated.span().days();
        this.periodDays = periodDays;
    }

    RatedLine flatFee(Charge.FlatFee fee) {
        long amount = proratedAmount(fee.amountCents());
        return unmetered(fee, fee.description(), fee.amountCents(), amount);
    }

    /// What is missing to the minimum after charges of `chargedCents`; empty when nothing is.
    Optional<RatedLine> topUp(Charge.Minimum minimum, long chargedCents) {
        long missing = Math.subtractExact(proratedAmount(minimum.amountCents()), chargedCents);
        return missing <= 0
                ? Optional.empty()
                : Optional.of(unmetered(minimum, minimum.description(), missing, missing));
    }

    RatedLine overage(Charge.OveragePerThousand overage) {
        return started(overage, Charge.OveragePerThousand.THOUSAND, overage.amountCents());
    }

    RatedLine packages(Charge.PackagePrice packages) {
        return started(packages, packages.perQuantity(), packages.amountCents());
    }

    RatedLine perUnit(Charge.PerUnit perUnit) {
        long billed = billed(perUnit);
        long amount = Rounding.halfUp(perUnit.amountCents(), billed, perUnit.perQuantity());
        return metered(perUnit, perUnit.description(), billed, perUnit.amountCents(), perUnit.perQuantity(), amount);
    }

    /// One line for each step that was reached; the first step's line stands even when nothing is billed.
    List<RatedLine> graduated(Charge.Graduated graduated) {
        long billed = billed(graduated);
        List<RatedLine> lines = new ArrayList<>();
        long below = 0;
        for (int i = 0; i < graduated.steps().size(); i++) {
            if (i > 0 && billed <= below) {
                break;
            }
            PriceStep step = graduated.steps().get(i);
            long bound = proratedBound(step.upTo());
            long share = Math.min(billed, bound) - below;
            long amount = Rounding.halfUp(step.amountCents(), share, step.perQuantity());
            String description = graduated.description() + " (step " + (i + 1) + ")";
            lines.add(metered(graduated, description, share, step.amountCents(), step.perQuantity(), amount));
            below = bound;
        }
        return lines;
    }

    RatedLine volume(Charge.Volume volume) {
        long billed = billed(volume);
        int stepNo = 0;
        while (billed > proratedBound(volume.steps().get(stepNo).upTo())) {
            stepNo++;
        }
        PriceStep step = volume.steps().get(stepNo);
        long amount = Rounding.halfUp(step.amountCents(), billed, step.perQuantity());
        String description = volume.description() + " (step " + (stepNo + 1) + ")";
        return metered(volume, description, billed, step.amountCents(), step.perQuantity(), amount);
    }

    private RatedLine started(Charge.Metered charge, long perQuantity, long amountCents) {
        long billed = billed(charge);
        long amount = Math.multiplyExact(Rounding.up(billed, 1, perQuantity), amountCents);
        return metered(charge, charge.description(), billed, amountCents, perQuantity, amount);
    }

    private long billed(Charge.Metered charge) {
        return Math.max(0, Math.subtractExact(usage.of(charge.meter()), allowance(charge)));
    }

    private long allowance(Charge.Metered charge) {
        return Rounding.up(charge.includedQuantity(), days, periodDays);
    }

    private long proratedAmount(long amountCents) {
        return Rounding.halfUp(amountCents, days, periodDays);
    }

    private long proratedBound(@Nullable Long upTo) {
        return upTo == null ? Long.MAX_VALUE : Rounding.up(upTo, days, periodDays);
    }

    private RatedLine unmetered(Charge charge, String description, long unitAmountCents, long amountCents) {
        return new RatedLine(
                spanNo,
                plan.planId(),
                plan.version(),
                charge.code(),
                description,
                charge.model(),
                null,
                1,
                0,
                1,
                unitAmountCents,
                1,
                amountCents);
    }

    private RatedLine metered(
            Charge.Metered charge,
            String description,
            long billed,
            long unitAmountCents,
            long perQuantity,
            long amount) {
        return new RatedLine(
                spanNo,
                plan.planId(),
                plan.version(),
                charge.code(),
                description,
                charge.model(),
                charge.meter(),
                usage.of(charge.meter()),
                allowance(charge),
                billed,
                unitAmountCents,
                perQuantity,
                amount);
    }
}
