package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.system.FurtherGateway.Running;
import dev.tollgate.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Three gateways, one of them with a wrong wall clock and one that dies, at five times a limit per minute.
@Together
class ThreeGatewaysTest {

    private static final String TENANT = "three-gateways";
    private static final long LIMIT = 600;
    private static final long OVERLOAD = 5;
    private static final int WORKERS = 4;

    /// Each gateway is sent about a hundred requests a second.
    private static final Duration PAUSE = Duration.ofMillis(40);

    private static final long RATE_MAX = WORKERS * 1_000 / PAUSE.toMillis();

    /// All requests lie within one window.
    private static final Duration WINDOW = Duration.ofSeconds(60);

    /// What dies with a gateway: a lease in use and the next one, each for half a second of its traffic and for what
    /// waits.
    private static final long FORFEITED_MAX = 2 * (RATE_MAX / 2 + WORKERS);

    private final TestStack house = TestStack.running();
    private final Faults faults = new Faults(house.stack());

    @Test
    void admitTheLimitAndNotOneMoreWhileOneIsKilled() throws Exception {
        Running ahead = house.gateway(FurtherGateway.AHEAD);
        Running mortal = house.gateway(FurtherGateway.MORTAL);
        String key = house.registerTenant(
                TENANT,
                "enterprise",
                TestStack.exactly("requests_per_minute", LIMIT),
                LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        long startedNanos = System.nanoTime();
        try (Load own = load(house.gateway(), key, LIMIT * OVERLOAD / 2);
                Load aheads = load(ahead.address(), key, LIMIT * OVERLOAD / 2);
                Load mortals = load(mortal.address(), key, LIMIT * OVERLOAD)) {
            Await.until(
                    "a third of the limit is admitted",
                    Duration.ofSeconds(30),
                    () -> own.completed() + aheads.completed() + mortals.completed() >= LIMIT / 3);
            mortal.kill9();
            faults.note("kill -9 the third gateway; " + mortals);
            mortals.stop();
            mortal.restart().awaitServing();
            try (Load reborn = load(mortal.address(), key, LIMIT / 2)) {
                reborn.awaitEnd();
                own.awaitEnd();
                aheads.awaitEnd();
                long tookMs = (System.nanoTime() - startedNanos) / 1_000_000;
                assertThat(tookMs).as("ms, all within one window").isLessThan(WINDOW.toMillis());
                assertAdmitted(own, aheads, mortals, reborn);
            }
        }
    }

    private void assertAdmitted(Load own, Load aheads, Load mortals, Load reborn) {
        long completed = own.completed() + aheads.completed() + mortals.completed() + reborn.completed();
        String seen = "%s; %s; until its death %s, afterwards %s".formatted(own, aheads, mortals, reborn);
        assertThat(own.sent() + aheads.sent()).as(seen).isGreaterThanOrEqualTo(LIMIT * OVERLOAD);
        assertThat(own.broken() + aheads.broken() + reborn.broken()).as(seen).isZero();
        assertThat(completed).as(seen).isLessThanOrEqualTo(LIMIT);
        Await.until(
                "the ledger counts the limit, used or forfeited",
                Duration.ofSeconds(10),
                () -> house.quotaUsage(TENANT, "hour") == LIMIT);

        long billable = Metering.assertEachOnce(house, TENANT, own, aheads, mortals, reborn);
        faults.note("of %d, %d were answered, %d metered, %d forfeited (at most %d)"
                .formatted(LIMIT, completed, billable, LIMIT - billable, FORFEITED_MAX));
        assertThat(billable).as(seen).isBetween(LIMIT - FORFEITED_MAX, LIMIT);
        assertThat(completed).as(seen).isGreaterThanOrEqualTo(LIMIT - FORFEITED_MAX - mortals.broken());
    }

    private static Load load(URI gateway, String key, long requestsMax) {
        return Load.start(List.of(gateway), key, WORKERS, requestsMax, PAUSE);
    }
}
