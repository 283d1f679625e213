package dev.tollgate.billing.period;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneId;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class BillingPeriodTest {

    @Test
    void followsTheTenantsMidnights() {
        BillingPeriod kolkata = period("2015-05", "Asia/Kolkata");
        assertThat(kolkata.startsAt()).isEqualTo(Instant.parse("2015-04-30T18:30:00Z"));
        assertThat(kolkata.endsAt()).isEqualTo(Instant.parse("2015-05-31T18:30:00Z"));
    }

    @Test
    void holdsTheHourThatDaylightSavingTakesOrGives() {
        BillingPeriod march = period("2015-03", "Europe/Berlin");
        assertThat(march.startsAt()).isEqualTo(Instant.parse("2015-02-28T23:00:00Z"));
        assertThat(march.endsAt()).isEqualTo(Instant.parse("2015-03-31T22:00:00Z"));
        assertThat(period("2015-10", "Europe/Berlin").endsAt()).isEqualTo(Instant.parse("2015-10-31T23:00:00Z"));
    }

    @Test
    void aDayWithoutMidnightBeginsWithItsFirstMoment() {
        BillingPeriod saoPaulo = period("2015-10", "America/Sao_Paulo");
        assertThat(saoPaulo.startOf(saoPaulo.firstDay().plusDays(17))).isEqualTo(Instant.parse("2015-10-18T03:00:00Z"));
    }

    @Test
    void startsWhereThePrecedingPeriodEndedWhateverTheZoneIsNow() {
        Instant end = Instant.parse("2015-04-30T18:30:00Z");
        BillingPeriod moved =
                BillingPeriod.of("t", YearMonth.parse("2015-05"), ZoneId.of("Europe/Berlin"), Optional.of(end));
        assertThat(moved.startsAt()).isEqualTo(end);
        assertThat(moved.startOf(moved.firstDay())).isEqualTo(end);
        assertThat(moved.endsAt()).isEqualTo(Instant.parse("2015-05-31T22:00:00Z"));
    }

    private static BillingPeriod period(String month, String zone) {
        return BillingPeriod.of("t", YearMonth.parse(month), ZoneId.of(zone), Optional.empty());
    }
}
