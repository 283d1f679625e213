package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class LedgerClockTest {

    private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 5_000_000);
    private final LedgerClock clock = new LedgerClock(() -> Instant.ofEpochMilli(1_000), nanos::get);

    @Test
    void followsTheWallClockUntilTheLedgerHasSpoken() {
        nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(7));

        assertThat(clock.epochMs()).isEqualTo(1_007);
    }

    @Test
    void takesTheLedgersTimeAsOfTheMiddleOfTheRoundTrip() {
        observe(500_000, 4);

        assertThat(clock.epochMs()).isEqualTo(500_002);
    }

    @Test
    void keepsTheMoreAccurateOfTwoReadings() {
        observe(500_000, 2);
        nanos.addAndGet(TimeUnit.SECONDS.toNanos(1));
        observe(501_020, 100);

        assertThat(clock.epochMs()).isEqualTo(501_101);
    }

    @Test
    void followsAStepOfTheLedgersClock() {
        observe(500_000, 2);
        observe(400_000, 20);

        assertThat(clock.epochMs()).isEqualTo(400_010);
    }

    private void observe(long ledgerMs, long roundTripMs) {
        long sent = nanos.get();
        clock.observe(ledgerMs, sent, nanos.addAndGet(TimeUnit.MILLISECONDS.toNanos(roundTripMs)));
    }
}
