package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.process.ServiceProcess;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

class TwoGatewaysTest {

    private static final long DAY_LIMIT = 150;
    private static final String TENANT = "two-gateways";

    private final TestStack house = TestStack.running();

    @Test
    void admitExactlyTheDayLimitAtTenTimesTheLoad() throws Exception {
        Stack stack = house.stack();
        String key = house.registerTenant(
                TENANT,
                "enterprise",
                "{\"requests_per_day\": " + DAY_LIMIT + "}",
                LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        long sourcesBefore = openSources();
        StackPorts secondPorts = secondGateway(stack.options().ports());
        try (ServiceProcess second =
                stack.launcher(Service.GATEWAY, "gateway-second", secondPorts).start()) {
            second.awaitReady(Stack.health(secondPorts, Service.GATEWAY), Duration.ofSeconds(60));
            assertThat(openSources()).isGreaterThan(sourcesBefore);
            URI secondGateway = URI.create("http://127.0.0.1:" + secondPorts.gateway());
            try (Load one = Load.start(List.of(house.gateway()), key, 8, DAY_LIMIT * 5, Duration.ZERO);
                    Load two = Load.start(List.of(secondGateway), key, 8, DAY_LIMIT * 5, Duration.ZERO)) {
                assertAllAnswered(one.awaitEnd());
                assertAllAnswered(two.awaitEnd());
                assertThat(one.completed() + two.completed())
                        .as("%s; %s", one, two)
                        .isEqualTo(DAY_LIMIT);
            }
            Await.until(
                    "every admitted request is in the hourly buckets",
                    Duration.ofSeconds(30),
                    () -> house.number(
                                    "SELECT coalesce(sum(billable_requests), 0) FROM tenant_metrics_hourly WHERE tenant_id = ?",
                                    TENANT)
                            == DAY_LIMIT);
            assertThat(second.terminate(Duration.ofSeconds(20)))
                    .as("ends in order on SIGTERM")
                    .isIn(0, 143);
        }
        assertThat(openSources()).as("the second gateway's sources are sealed").isEqualTo(sourcesBefore);
    }

    /// Both gateways served: each admitted some, and what it did not admit it denied.
    private static void assertAllAnswered(Load load) {
        assertThat(load.completed()).as("%s", load).isPositive();
        assertThat(load.answered(429)).as("%s", load).isPositive();
        assertThat(load.completed() + load.answered(429) + load.answered(503))
                .as("%s", load)
                .isEqualTo(load.sent());
    }

    private long openSources() {
        return house.number("SELECT count(*) FROM event_sources WHERE state = 'open' AND origin = ?", "gateway");
    }

    private static StackPorts secondGateway(StackPorts first) {
        StackPorts free = StackPorts.free();
        return new StackPorts(
                free.gateway(),
                free.gatewayManagement(),
                first.ingest(),
                first.aggregator(),
                first.billing(),
                first.console(),
                first.sampleApi(),
                first.postgres(),
                first.kafka());
    }
}
