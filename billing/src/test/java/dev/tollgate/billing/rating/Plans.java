package dev.tollgate.billing.rating;

import dev.tollgate.billing.plan.Charge;
import dev.tollgate.billing.plan.Meter;
import dev.tollgate.billing.plan.PlanSpan;
import dev.tollgate.billing.plan.PlanVersion;
import java.time.LocalDate;
import java.util.List;

/// The seeded plans and short ways to rate them.
final class Plans {

    static final LocalDate MAY_1 = LocalDate.of(2015, 5, 1);
    static final LocalDate JUNE_1 = LocalDate.of(2015, 6, 1);
    static final int MAY_DAYS = 31;

    static final PlanVersion FREE = tier("free", 0, 10_000, 0);
    static final PlanVersion STARTER = tier("starter", 2_900, 100_000, 50);
    static final PlanVersion PROFESSIONAL = tier("professional", 9_900, 500_000, 30);
    static final PlanVersion ENTERPRISE = tier("enterprise", 49_900, 5_000_000, 10);

    private Plans() {}

    static PlanVersion plan(Charge... charges) {
        return new PlanVersion("custom", 1, LocalDate.of(2000, 1, 1), "USD", List.of(charges));
    }

    static MeteredUsage requests(long requests) {
        return new MeteredUsage(requests, requests, 0, 0, 0);
    }

    static Rated wholeMay(PlanVersion plan, long requests) {
        return Rating.rate(List.of(span(plan, MAY_1, JUNE_1, requests)), MAY_DAYS);
    }

    static RatedSpan span(PlanVersion plan, LocalDate from, LocalDate until, long requests) {
        return new RatedSpan(new PlanSpan(plan, from, until), requests(requests));
    }

    private static PlanVersion tier(String name, long feeCents, long included, long overageCents) {
        return new PlanVersion(
                name,
                1,
                LocalDate.of(2000, 1, 1),
                "USD",
                List.of(
                        new Charge.FlatFee("base", "Monthly fee", feeCents),
                        new Charge.OveragePerThousand("requests", "Requests", Meter.REQUESTS, included, overageCents)));
    }
}
