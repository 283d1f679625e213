package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.system.GatewayConnection.Answer;
import dev.tollgate.testing.Await;
import java.io.IOException;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/// 60 requests just before and 60 just after a wall-clock minute's edge, at 60 requests per minute, over two gateways.
@Together
class MinuteEdgeTest {

    private static final String TENANT = "minute-edge";
    private static final int LIMIT = 60;
    private static final long MINUTE_MS = 60_000;

    /// The first requests start so long before the edge.
    private static final long BEFORE_MS = 3_000;

    /// A window touches 61 slots of a second, and the answer is rounded up.
    private static final long RETRY_AFTER_SECONDS_MAX = 62;

    /// Answers that the ledger is late, on a busy machine; no denials.
    private static final int LATE_MAX = 20;

    private final TestStack house = TestStack.running();
    private final Faults faults = new Faults(house.stack());

    @Test
    void ofTheseExactlySixtyPassAndRetryAfterIsTrue() throws Exception {
        String key = house.registerTenant(
                TENANT,
                "enterprise",
                TestStack.exactly("requests_per_minute", LIMIT),
                LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1));
        try (GatewayConnection own = new GatewayConnection(house.gateway());
                GatewayConnection ahead = new GatewayConnection(
                        house.gateway(FurtherGateway.AHEAD).address())) {
            List<GatewayConnection> gateways = List.of(own, ahead);
            long edgeMs = Math.ceilDiv(house.databaseMs() + BEFORE_MS + 1_000, MINUTE_MS) * MINUTE_MS;
            awaitDatabaseMs(edgeMs - BEFORE_MS);
            long before = admitted(sixty(gateways, key));
            assertThat(house.databaseMs())
                    .as("the first 60 end before the edge")
                    .isLessThan(edgeMs);

            awaitDatabaseMs(edgeMs);
            List<Answer> answers = sixty(gateways, key);
            long after = admitted(answers);
            faults.note(
                    "of %d before the edge %d were admitted, of %d after it %d".formatted(LIMIT, before, LIMIT, after));
            assertThat(before + after)
                    .as("%d before and %d after the edge", before, after)
                    .isEqualTo(LIMIT);
            List<Answer> denials =
                    answers.stream().filter(answer -> answer.status() == 429).toList();
            assertThat(denials)
                    .isNotEmpty()
                    .allMatch(denial ->
                            denial.retryAfterSeconds() >= 1 && denial.retryAfterSeconds() <= RETRY_AFTER_SECONDS_MAX);
            assertAdmittedAfter(denials.getLast().retryAfterSeconds(), own, key);
        }
    }

    private static List<Answer> sixty(List<GatewayConnection> gateways, String key) throws IOException {
        List<Answer> answers = new ArrayList<>();
        for (int i = 0; i < LIMIT; i++) {
            answers.add(gateways.get(i % gateways.size()).post("/api/bookings?n=" + i, key));
        }
        return answers;
    }

    private static long admitted(List<Answer> answers) {
        return answers.stream().filter(Answer::isAdmitted).count();
    }

    /// The client waits as long as it was told, and no longer.
    private void assertAdmittedAfter(long seconds, GatewayConnection gateway, String key) throws IOException {
        long deniedNanos = System.nanoTime();
        Duration wait = Duration.ofSeconds(seconds);
        Await.until(
                "Retry-After has passed", wait.plusSeconds(1), () -> System.nanoTime() - deniedNanos >= wait.toNanos());
        Answer answer = gateway.post("/api/bookings", key);
        for (int late = 0; late < LATE_MAX && answer.status() == 503; late++) {
            answer = gateway.post("/api/bookings", key);
        }
        assertThat(answer.isAdmitted()).as("after %d s: %s", seconds, answer).isTrue();
    }

    private void awaitDatabaseMs(long target) {
        long nowMs = house.databaseMs();
        long startedNanos = System.nanoTime();
        Await.until(
                "the database's clock reads " + target,
                Duration.ofMillis(MINUTE_MS + 2 * BEFORE_MS),
                () -> (System.nanoTime() - startedNanos) / 1_000_000 >= target - nowMs);
    }
}
