package dev.tollgate.billing.rating;

import static dev.tollgate.billing.rating.Plans.JUNE_1;
import static dev.tollgate.billing.rating.Plans.MAY_1;
import static dev.tollgate.billing.rating.Plans.MAY_DAYS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.billing.plan.Charge;
import dev.tollgate.billing.plan.Meter;
import dev.tollgate.billing.plan.PlanVersion;
import dev.tollgate.billing.plan.PriceStep;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RatingTest {

    private static final List<PriceStep> STEPS =
            List.of(new PriceStep(100L, 10, 1), new PriceStep(1_000L, 5, 1), new PriceStep(null, 1, 1));

    @ParameterizedTest
    @CsvSource({
        "free, 0, 0",
        "free, 10000, 0",
        "free, 5000000, 0",
        "starter, 0, 2900",
        "starter, 100000, 2900",
        "starter, 100001, 2950",
        "starter, 101000, 2950",
        "starter, 101001, 3000",
        "professional, 500000, 9900",
        "professional, 500001, 9930",
        "professional, 1000000, 24900",
        "enterprise, 5000000, 49900",
        "enterprise, 5000001, 49910",
        "enterprise, 50000000, 499900"
    })
    void ratesTheFourTiersOfTheSpec(String tier, long requests, long totalCents) {
        PlanVersion plan = switch (tier) {
            case "free" -> Plans.FREE;
            case "starter" -> Plans.STARTER;
            case "professional" -> Plans.PROFESSIONAL;
            case "enterprise" -> Plans.ENTERPRISE;
            default -> throw new IllegalArgumentException(tier);
        };
        assertThat(Plans.wholeMay(plan, requests).totalCents()).isEqualTo(totalCents);
    }

    @Test
    void showsHowAnOverageCameAbout() {
        RatedLine line = Plans.wholeMay(Plans.STARTER, 101_001).lines().get(1);
        assertThat(line.quantity()).isEqualTo(101_001);
        assertThat(line.includedQuantity()).isEqualTo(100_000);
        assertThat(line.billedQuantity()).isEqualTo(1_001);
        assertThat(line.unitAmountCents()).isEqualTo(50);
        assertThat(line.perQuantity()).isEqualTo(1_000);
        assertThat(line.amountCents()).isEqualTo(100);
    }

    @Test
    void aPlanThatStartsWithinTheMonthIsBilledForItsPart() {
        Rated rated = Rating.rate(List.of(Plans.span(Plans.STARTER, MAY_1.plusDays(20), JUNE_1, 40_000)), MAY_DAYS);
        // 11 of 31 days: 2900 x 11/31 = 1029.03; allowance 35,483.87 up to 35,484; 4,516 beyond: 5 thousands
        assertThat(rated.lines()).extracting(RatedLine::amountCents).containsExactly(1_029L, 250L);
        assertThat(rated.lines().get(1).includedQuantity()).isEqualTo(35_484);
    }

    @Test
    void aChangeOfPlansBillsEachForItsDays() {
        Rated rated = Rating.rate(
                List.of(
                        Plans.span(Plans.STARTER, MAY_1, MAY_1.plusDays(10), 0),
                        Plans.span(Plans.PROFESSIONAL, MAY_1.plusDays(10), JUNE_1, 0)),
                MAY_DAYS);
        // 2900 x 10/31 = 935.48; 9900 x 21/31 = 6706.45
        assertThat(rated.totalCents()).isEqualTo(935 + 6_706);
    }

    @Test
    void perUnitRoundsHalfUpOncePerLine() {
        Charge price = new Charge.PerUnit("u", "Requests", Meter.REQUESTS, 10, 5, 1_000);
        assertThat(Plans.wholeMay(Plans.plan(price), 109).totalCents()).isZero(); // 0.495
        assertThat(Plans.wholeMay(Plans.plan(price), 110).totalCents()).isEqualTo(1); // 0.5
        assertThat(Plans.wholeMay(Plans.plan(price), 309).totalCents()).isEqualTo(1); // 1.495
        assertThat(Plans.wholeMay(Plans.plan(price), 310).totalCents()).isEqualTo(2); // 1.5
    }

    @Test
    void graduatedPricesEachStepsShare() {
        Charge price = new Charge.Graduated("g", "Requests", Meter.REQUESTS, 0, STEPS);
        Rated rated = Plans.wholeMay(Plans.plan(price), 1_500);
        assertThat(rated.lines()).extracting(RatedLine::billedQuantity).containsExactly(100L, 900L, 500L);
        assertThat(rated.totalCents()).isEqualTo(1_000 + 4_500 + 500);
        assertThat(Plans.wholeMay(Plans.plan(price), 100).lines()).hasSize(1);
        assertThat(Plans.wholeMay(Plans.plan(price), 0).lines()).hasSize(1);
    }

    @Test
    void volumePricesEverythingAtTheStepReached() {
        Charge price = new Charge.Volume("v", "Requests", Meter.REQUESTS, 0, STEPS);
        assertThat(Plans.wholeMay(Plans.plan(price), 100).totalCents()).isEqualTo(1_000);
        assertThat(Plans.wholeMay(Plans.plan(price), 101).totalCents()).isEqualTo(505);
        assertThat(Plans.wholeMay(Plans.plan(price), 1_001).totalCents()).isEqualTo(1_001);
    }

    @Test
    void aStartedPackageCountsAsWhole() {
        Charge price = new Charge.PackagePrice("p", "Requests", Meter.REQUESTS, 5, 300, 10);
        assertThat(Plans.wholeMay(Plans.plan(price), 5).totalCents()).isZero();
        assertThat(Plans.wholeMay(Plans.plan(price), 6).totalCents()).isEqualTo(300);
        assertThat(Plans.wholeMay(Plans.plan(price), 15).totalCents()).isEqualTo(300);
        assertThat(Plans.wholeMay(Plans.plan(price), 16).totalCents()).isEqualTo(600);
    }

    @Test
    void theMinimumAddsWhatIsMissingWhereverItStands() {
        Charge minimum = new Charge.Minimum("m", "Minimum", 1_000);
        Charge price = new Charge.PerUnit("u", "Requests", Meter.REQUESTS, 0, 3, 1);
        assertThat(Plans.wholeMay(Plans.plan(minimum, price), 100).lines())
                .extracting(RatedLine::amountCents)
                .containsExactly(300L, 700L);
        assertThat(Plans.wholeMay(Plans.plan(minimum, price), 500).lines())
                .extracting(RatedLine::amountCents)
                .containsExactly(1_500L);
    }

    @Test
    void anAmountBeyond64BitsIsAnErrorAndNeverWrapsAround() {
        Charge price = new Charge.PerUnit("u", "Requests", Meter.REQUESTS, 0, Long.MAX_VALUE, 1);
        assertThatThrownBy(() -> Plans.wholeMay(Plans.plan(price), 2)).isInstanceOf(ArithmeticException.class);
    }
}
