package dev.tollgate.billing.rating;

import dev.tollgate.billing.plan.Charge;
import java.util.ArrayList;
import java.util.List;

/// Rates a period. When several plan versions share it, or a plan covers only a part of it, each one's fees,
/// allowances, step bounds and minimum count in the proportion of its days; `Rounding` says how that is rounded.
public final class Rating {

    private Rating() {}

    /// Throws `ArithmeticException` when an amount passes 64 bits.
    ///
    /// @param periodDays the days of the whole period; the spans hold no more
    public static Rated rate(List<RatedSpan> spans, long periodDays) {
        long days = 0;
        List<RatedLine> lines = new ArrayList<>();
        for (int spanNo = 0; spanNo < spans.size(); spanNo++) {
            RatedSpan rated = spans.get(spanNo);
            days = Math.addExact(days, rated.span().days());
            lines.addAll(rateSpan(spanNo, rated, periodDays));
        }
        if (days > periodDays) {
            throw new IllegalArgumentException("spans of " + days + " days in a period of " + periodDays);
        }
        return Rated.of(lines);
    }

    private static List<RatedLine> rateSpan(int spanNo, RatedSpan rated, long periodDays) {
        SpanRating rating = new SpanRating(spanNo, rated, periodDays);
        List<RatedLine> lines = new ArrayList<>();
        for (Charge charge : rated.span().plan().charges()) {
            switch (charge) {
                case Charge.FlatFee fee -> lines.add(rating.flatFee(fee));
                case Charge.OveragePerThousand overage -> lines.add(rating.overage(overage));
                case Charge.PerUnit perUnit -> lines.add(rating.perUnit(perUnit));
                case Charge.PackagePrice packages -> lines.add(rating.packages(packages));
                case Charge.Graduated graduated -> lines.addAll(rating.graduated(graduated));
                case Charge.Volume volume -> lines.add(rating.volume(volume));
                case Charge.Minimum minimum -> {} // after all others, below
            }
        }
        for (Charge charge : rated.span().plan().charges()) {
            if (charge instanceof Charge.Minimum minimum) {
                rating.topUp(minimum, Rated.of(lines).totalCents()).ifPresent(lines::add);
            }
        }
        return lines;
    }
}
