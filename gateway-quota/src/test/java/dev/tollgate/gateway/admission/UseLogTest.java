package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tollgate.gateway.admission.UsageBooking.Use;
import org.junit.jupiter.api.Test;

final class UseLogTest {

    private static final int SECONDS = 40;

    @Test
    void growsWithTheSecondsOfALongOutage() {
        UseLog log = new UseLog();

        assertThatCode(() -> {
                    for (int second = 0; second < SECONDS; second++) {
                        log.add(new Use(1_800_000_000L + second, 1 + second));
                    }
                })
                .doesNotThrowAnyException();
    }
}
