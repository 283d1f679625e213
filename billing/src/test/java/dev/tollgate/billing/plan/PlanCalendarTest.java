package dev.tollgate.billing.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import org.junit.jupiter.api.Test;

class PlanCalendarTest {

    private static final LocalDate MAY_1 = LocalDate.of(2015, 5, 1);
    private static final LocalDate JUNE_1 = LocalDate.of(2015, 6, 1);
    private static final PlanVersion OLD = version(1, LocalDate.of(2000, 1, 1), "USD");
    private static final PlanVersion NEW = version(2, LocalDate.of(2015, 5, 16), "USD");

    @Test
    void aNewVersionTakesOverOnItsDay() {
        assertThat(calendar(List.of(OLD, NEW), forever(MAY_1.minusYears(1))))
                .isEqualTo(new PlanCalendar.Planned(
                        List.of(
                                new PlanSpan(OLD, MAY_1, NEW.effectiveFrom()),
                                new PlanSpan(NEW, NEW.effectiveFrom(), JUNE_1)),
                        List.of()));
    }

    @Test
    void adjacentAssignmentsOfOneVersionAreOneSpan() {
        PlanAssignment first = new PlanAssignment("p", MAY_1, MAY_1.plusDays(9));
        assertThat(calendar(List.of(OLD), first, forever(MAY_1.plusDays(9))))
                .isEqualTo(new PlanCalendar.Planned(List.of(new PlanSpan(OLD, MAY_1, JUNE_1)), List.of()));
    }

    @Test
    void daysWithoutAPlanAreGaps() {
        PlanAssignment part = new PlanAssignment("p", MAY_1.plusDays(4), MAY_1.plusDays(9));
        assertThat(calendar(List.of(OLD), part))
                .isEqualTo(new PlanCalendar.Planned(
                        List.of(new PlanSpan(OLD, MAY_1.plusDays(4), MAY_1.plusDays(9))),
                        List.of(new DayRange(MAY_1, MAY_1.plusDays(4)), new DayRange(MAY_1.plusDays(9), JUNE_1))));
    }

    @Test
    void twoCurrenciesInOneMonthCannotBeRated() {
        PlanVersion euro = version(2, LocalDate.of(2015, 5, 16), "EUR");
        assertThat(calendar(List.of(OLD, euro), forever(MAY_1)))
                .isEqualTo(new PlanCalendar.Unusable("its plans have several currencies: [USD, EUR]"));
    }

    @Test
    void aPlanWithoutAVersionYetCannotBeRated() {
        assertThat(calendar(List.of(NEW), forever(MAY_1)))
                .isEqualTo(new PlanCalendar.Unusable("plan p has no version in force on 2015-05-01"));
    }

    private static PlanCalendar calendar(List<PlanVersion> versions, PlanAssignment... assignments) {
        PlanCatalog catalog = new PlanCatalog(
                versions.stream().map(PlanCatalog.Entry.Usable::new).toList());
        return PlanCalendar.of(catalog, List.of(assignments), MAY_1, JUNE_1);
    }

    private static PlanAssignment forever(LocalDate from) {
        return new PlanAssignment("p", from, LocalDate.MAX);
    }

    private static PlanVersion version(int number, LocalDate from, String currency) {
        return new PlanVersion("p", number, from, currency, List.of(new Charge.FlatFee("base", "Fee", 100L * number)));
    }
}
