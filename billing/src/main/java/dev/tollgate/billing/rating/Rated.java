package dev.tollgate.billing.rating;

import java.util.List;

/// A rated period. The amounts of the lines sum to the total.
public record Rated(List<RatedLine> lines, long totalCents) {

    public Rated {
        lines = List.copyOf(lines);
        if (sum(lines) != totalCents) {
            throw new IllegalArgumentException("the lines sum to " + sum(lines) + " and not to " + totalCents);
        }
    }

    static Rated of(List<RatedLine> lines) {
        return new Rated(lines, sum(lines));
    }

    /// The fees that do not depend on a meter.
    public long baseFeeCents() {
        return sum(lines.stream().filter(line -> line.meter() == null).toList());
    }

    private static long sum(List<RatedLine> lines) {
        long total = 0;
        for (RatedLine line : lines) {
            total = Math.addExact(total, line.amountCents());
        }
        return total;
    }
}
