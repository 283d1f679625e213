package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class BodyPaceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final int PER_SECOND = 100;

    private final BodyPace pace = new BodyPace(PER_SECOND, 0);

    @Test
    void aBodyThatKeepsUpIsNeverTooSlow() {
        for (int second = 1; second <= 100; second++) {
            assertThat(pace.isTooSlow(second * SECOND, (long) second * PER_SECOND, true))
                    .isFalse();
        }
    }

    @Test
    void oneThatDribblesIsTooSlowAfterAWindow() {
        for (int second = 1; second <= BodyPace.WINDOW_SECONDS; second++) {
            assertThat(pace.isTooSlow(second * SECOND, second, true)).isFalse();
        }
        assertThat(pace.isTooSlow((BodyPace.WINDOW_SECONDS + 1) * SECOND, 11, true))
                .isTrue();
    }

    @Test
    void timeInWhichTheGatewayDidNotReadDoesNotCount() {
        assertThat(pace.isTooSlow(9 * SECOND, 0, true)).isFalse();
        assertThat(pace.isTooSlow(11 * SECOND, 0, false)).isFalse();
        assertThat(pace.isTooSlow(20 * SECOND, 0, true)).isFalse();
        assertThat(pace.isTooSlow(22 * SECOND, 0, true)).isTrue();
    }

    @Test
    void noRateMeansAnyPaceWillDo() {
        BodyPace any = new BodyPace(0, 0);
        assertThat(any.isTooSlow(1_000 * SECOND, 0, true)).isFalse();
    }
}
