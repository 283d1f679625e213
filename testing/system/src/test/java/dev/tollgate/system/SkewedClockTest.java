package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.system.FurtherGateway.Running;
import dev.tollgate.system.GatewayConnection.Answer;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// A gateway whose machine's wall clock is an hour ahead, beside one whose clock is right.
@Together
class SkewedClockTest {

    private static final String TENANT = "skewed-clock";
    private static final long LIMIT = 100;
    private static final long OVERLOAD = 5;
    private static final int WORKERS = 4;
    private static final Duration PAUSE = Duration.ofMillis(40);
    private static final long TOLERANCE_MS = 2_000;
    private static final long WINDOW_SECONDS = 62;

    private final TestStack house = TestStack.running();

    @Test
    void changesNeitherTheLimitNorTheTimeOfAnEvent() throws Exception {
        Running ahead = house.gateway(FurtherGateway.AHEAD);
        assertThat(Files.readString(ahead.process().logFile())).contains(GatewayAnHourAhead.ASKED);
        String key = house.registerTenant(
                TENANT,
                "enterprise",
                TestStack.exactly("requests_per_minute", LIMIT),
                LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        long fromMs = house.databaseMs();
        try (Load right = load(house.gateway(), key);
                Load wrong = load(ahead.address(), key)) {
            right.awaitEnd();
            wrong.awaitEnd();
            long toMs = house.databaseMs();
            assertThat(List.of(right, wrong))
                    .as("each gateway admits and denies")
                    .allMatch(load -> load.completed() > 0 && load.answered(429) > 0);
            assertThat(right.completed() + wrong.completed())
                    .as("%s; %s", right, wrong)
                    .isEqualTo(LIMIT);
            assertResetsByTheDatabasesClock(ahead.address(), key);
            assertThat(Metering.assertEachOnce(house, TENANT, right, wrong)).isEqualTo(LIMIT);
            assertThat(eventsBetween(fromMs - TOLERANCE_MS, toMs + TOLERANCE_MS))
                    .as("events that carry the database's time")
                    .isEqualTo(LIMIT);
        }
    }

    private void assertResetsByTheDatabasesClock(URI gateway, String key) throws Exception {
        try (GatewayConnection connection = new GatewayConnection(gateway)) {
            Answer denied = connection.post("/api/bookings", key);
            assertThat(denied.status()).as("%s", denied).isEqualTo(429);
            long inSeconds =
                    Long.parseLong(denied.header("x-ratelimit-reset").orElseThrow()) - house.databaseMs() / 1_000;
            assertThat(inSeconds).as("%s", denied).isBetween(-1L, WINDOW_SECONDS);
        }
    }

    private long eventsBetween(long fromMs, long toMs) {
        return house.number(
                "SELECT count(*) FROM tenant_metrics_raw WHERE tenant_id = ? AND event_time"
                        + " BETWEEN tollgate.at_epoch_us(1000 * " + fromMs + ") AND tollgate.at_epoch_us(1000 * " + toMs
                        + ")",
                TENANT);
    }

    private static Load load(URI gateway, String key) {
        return Load.start(List.of(gateway), key, WORKERS, LIMIT * OVERLOAD, PAUSE);
    }
}
