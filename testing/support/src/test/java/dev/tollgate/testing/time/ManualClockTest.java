package dev.tollgate.testing.time;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class ManualClockTest {

    @Test
    void movesBothClocksWhenTimePassesAndOneWhenTheWallClockIsSet() {
        ManualClock clock = ManualClock.at("2026-03-01T00:00:00Z");
        long startNanos = clock.nanos();
        clock.advance(Duration.ofMillis(1_500));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-03-01T00:00:01.500Z"));
        assertThat(clock.nanos() - startNanos).isEqualTo(1_500_000_000L);

        clock.stepWallClock(Duration.ofSeconds(-2));
        assertThat(clock.instant()).isEqualTo(Instant.parse("2026-02-28T23:59:59.500Z"));
        assertThat(clock.nanos() - startNanos).isEqualTo(1_500_000_000L);
        assertThatThrownBy(() -> clock.advance(Duration.ofNanos(-1))).isInstanceOf(IllegalArgumentException.class);
    }
}
