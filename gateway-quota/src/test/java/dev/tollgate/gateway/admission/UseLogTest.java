package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import org.junit.jupiter.api.Test;

final class UseLogTest {

    private static final long START = 1_800_000_000L;
    private static final int SECONDS = 40;

    @Test
    void growsWithTheSecondsOfALongOutage() {
        UseLog log = new UseLog();

        for (int second = 0; second < SECONDS; second++) {
            log.add(new Use(START + second, 2));
        }

        assertThat(log.since(START)).isEqualTo(2 * SECONDS);
    }
}
