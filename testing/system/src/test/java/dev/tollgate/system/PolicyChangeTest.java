package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Limits and keys change while two gateways serve.
@Together
class PolicyChangeTest {

    private static final String TENANT = "policy-change";
    private static final Duration LIMITS_WITHIN = Duration.ofSeconds(2);
    private static final Duration KEYS_WITHIN = Duration.ofSeconds(5);
    private static final Duration SPENT_WITHIN = Duration.ofSeconds(10);
    private static final int CALM_REQUESTS = 20;

    private final TestStack house = TestStack.running();
    private final Faults faults = new Faults(house.stack());
    private long admitted;

    @Test
    void areInForceOnEveryGatewayInTimeAndCountersStay() throws Exception {
        String key = house.registerTenant(
                TENANT, "enterprise", limit(40), LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        try (GatewayConnection own = new GatewayConnection(house.gateway());
                GatewayConnection ahead = new GatewayConnection(
                        house.gateway(FurtherGateway.AHEAD).address())) {
            List<GatewayConnection> both = List.of(own, ahead);
            spend(both, key, 40);

            house.setQuotas(TENANT, "enterprise", limit(60));
            awaitAll(both, key, LIMITS_WITHIN, "the raised limit is in force", true, 201);
            spend(both, key, 60);

            house.setQuotas(TENANT, "enterprise", limit(1_000));
            awaitAll(both, key, LIMITS_WITHIN, "the limit raised again is in force", true, 201);
            house.setQuotas(TENANT, "enterprise", limit(50));
            awaitAll(both, key, LIMITS_WITHIN, "the limit below what is used is in force", false, 429);
            for (int i = 0; i < CALM_REQUESTS; i++) {
                assertThat(status(both.get(i % 2), key))
                        .as("request %d under the lowered limit", i)
                        .isIn(429, 503);
            }
            assertThat(house.quotaUsage(TENANT, "day")).as("the counters stay").isEqualTo(admitted);

            house.execute("UPDATE api_keys SET revoked_at = clock_timestamp() WHERE tenant_id = '" + TENANT + "'");
            awaitAll(both, key, KEYS_WITHIN, "the key is revoked", false, 401);
        }
    }

    /// Requests over both gateways until exactly so many have been admitted since the beginning and both deny.
    private void spend(List<GatewayConnection> gateways, String key, long total) {
        Await.until(total + " are admitted, then both deny", SPENT_WITHIN, () -> {
            int denials = 0;
            for (GatewayConnection gateway : gateways) {
                denials += status(gateway, key) == 429 ? 1 : 0;
            }
            return denials == gateways.size() && admitted >= total;
        });
        assertThat(admitted).as("admitted since the beginning").isEqualTo(total);
    }

    /// Waits until each gateway has answered so, all of them within the time from now.
    private void awaitAll(
            List<GatewayConnection> gateways, String key, Duration within, String what, boolean once, int status) {
        long startedNanos = System.nanoTime();
        for (GatewayConnection gateway : gateways) {
            Duration left = within.minusNanos(System.nanoTime() - startedNanos);
            Await.until(what, left, () -> status(gateway, key) == status && (once || status(gateway, key) == status));
            faults.note(what + " after " + (System.nanoTime() - startedNanos) / 1_000_000 + " ms");
        }
    }

    private int status(GatewayConnection gateway, String key) throws IOException {
        GatewayConnection.Answer answer = gateway.post("/api/bookings", key);
        admitted += answer.isAdmitted() ? 1 : 0;
        return answer.status();
    }

    private static String limit(long perDay) {
        return TestStack.exactly("requests_per_day", perDay);
    }
}
