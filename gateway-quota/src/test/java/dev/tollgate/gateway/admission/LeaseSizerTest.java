package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class LeaseSizerTest {

    @Test
    void coversHalfASecondOfTrafficFarFromTheLimit() {
        assertThat(LeaseSizer.size(10, 1_000, 1_000_000))
                .isEqualTo(new LeaseSizer.Size(510, QuotaLedger.LEASE_LIFE_MS_MAX));
    }

    @Test
    void takesOnlyWhatIsWaitingAtTheLimitAndForAShortTime() {
        assertThat(LeaseSizer.size(1, 10_000, 5)).isEqualTo(new LeaseSizer.Size(1, LeaseSizer.LIFE_NEAR_LIMIT_MS));
        assertThat(LeaseSizer.size(0, 10_000, 0)).isEqualTo(new LeaseSizer.Size(1, LeaseSizer.LIFE_NEAR_LIMIT_MS));
    }

    @Test
    void takesAShareOfWhatIsLeft() {
        assertThat(LeaseSizer.size(20, 10_000, 100).tokens()).isEqualTo(30);
    }

    @Test
    void isBounded() {
        assertThat(LeaseSizer.size(1, Long.MAX_VALUE / 1_000, Long.MAX_VALUE).tokens())
                .isEqualTo(LeaseSizer.TOKENS_MAX);
    }

    @Test
    void theRateFollowsTheTraffic() {
        RateMeter rate = new RateMeter(0);
        for (int i = 1; i <= 40; i++) {
            rate.add(10);
            long now = i * 25_000_000L;
            assertThat(rate.perSecond(now)).isLessThanOrEqualTo(400);
        }
        assertThat(rate.perSecond(40 * 25_000_000L)).isBetween(380L, 400L);
        assertThat(rate.perSecond(5_000_000_000L)).isZero();
    }
}
