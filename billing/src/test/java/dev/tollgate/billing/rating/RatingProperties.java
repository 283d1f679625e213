package dev.tollgate.billing.rating;

import static dev.tollgate.billing.rating.Plans.JUNE_1;
import static dev.tollgate.billing.rating.Plans.MAY_1;
import static dev.tollgate.billing.rating.Plans.MAY_DAYS;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.billing.plan.Charge;
import dev.tollgate.billing.plan.Meter;
import dev.tollgate.billing.plan.PlanVersion;
import dev.tollgate.billing.plan.PriceStep;
import java.util.List;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.LongRange;

class RatingProperties {

    private static final long REQUESTS_MAX = 10_000_000_000L;
    private static final int TRIES = 300;

    @Property(tries = TRIES)
    void theLinesSumToTheTotal(
            @ForAll("plans") PlanVersion plan, @ForAll @LongRange(max = REQUESTS_MAX) long requests) {
        Rated rated = Plans.wholeMay(plan, requests);
        assertThat(rated.lines().stream().mapToLong(RatedLine::amountCents).sum())
                .isEqualTo(rated.totalCents());
        assertThat(rated.lines()).allMatch(line -> line.amountCents() >= 0);
    }

    @Property(tries = TRIES)
    void moreUsageNeverCostsLess(
            @ForAll("plans") PlanVersion plan,
            @ForAll @LongRange(max = REQUESTS_MAX) long requests,
            @ForAll @LongRange(max = 1_000_000) long more) {
        assertThat(Plans.wholeMay(plan, requests + more).totalCents())
                .isGreaterThanOrEqualTo(Plans.wholeMay(plan, requests).totalCents());
    }

    /// Without usage a month in two parts costs what it costs in one, up to half a cent for each line.
    @Property(tries = TRIES)
    void feesOfTwoPartsAreTheWholeFeeUpToRounding(
            @ForAll("plans") PlanVersion plan, @ForAll @IntRange(min = 1, max = MAY_DAYS - 1) int firstDays) {
        Rated whole = Plans.wholeMay(plan, 0);
        Rated parts = Rating.rate(
                List.of(
                        Plans.span(plan, MAY_1, MAY_1.plusDays(firstDays), 0),
                        Plans.span(plan, MAY_1.plusDays(firstDays), JUNE_1, 0)),
                MAY_DAYS);
        assertThat(Math.abs(Math.subtractExact(parts.totalCents(), whole.totalCents())))
                .isLessThanOrEqualTo(plan.charges().size());
    }

    @Property(tries = TRIES)
    void allowancesOfTwoPartsAreNeverLessThanTheWhole(
            @ForAll @LongRange(max = REQUESTS_MAX) long included,
            @ForAll @IntRange(min = 1, max = MAY_DAYS - 1) int firstDays) {
        long parts = Rounding.up(included, firstDays, MAY_DAYS) + Rounding.up(included, MAY_DAYS - firstDays, MAY_DAYS);
        assertThat(parts).isBetween(included, included + 1);
    }

    /// Plans of every model whose price never falls with more usage; volume prices may.
    @Provide
    Arbitrary<PlanVersion> plans() {
        Arbitrary<Long> cents = Arbitraries.longs().between(0, 100_000);
        Arbitrary<Long> quantity = Arbitraries.longs().between(1, 1_000_000);
        return Combinators.combine(cents, cents, cents, quantity, quantity)
                .as((fee, price, minimum, included, per) -> Plans.plan(
                        new Charge.FlatFee("fee", "Fee", fee),
                        new Charge.OveragePerThousand("o", "Overage", Meter.REQUESTS, included, price),
                        new Charge.PerUnit("u", "Per unit", Meter.UNITS, included, price, per),
                        new Charge.PackagePrice("p", "Package", Meter.REQUESTS, included, price, per),
                        new Charge.Graduated(
                                "g",
                                "Graduated",
                                Meter.REQUESTS,
                                0,
                                List.of(new PriceStep(included, price, per), new PriceStep(null, fee, per))),
                        new Charge.Minimum("m", "Minimum", minimum)));
    }
}
