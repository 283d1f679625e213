package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.system.FurtherGateway.Running;
import dev.tollgate.testing.Await;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;

/// Kafka stands still for two minutes while requests flow: through a gateway whose journal has room for all of it, and
/// through one whose journal has not.
@Together
class KafkaAwayTest {

    private static final Duration AWAY = Duration.ofMinutes(2);

    /// By then as many events as may be in flight to the broker are.
    private static final Duration FULL = Duration.ofSeconds(60);

    /// Recorded from then on; on the heap they would take twice as much as it may grow.
    private static final long EVENTS_MIN = 6_000;

    private static final long HEAP_GROWTH_BYTES_MAX = 2L << 20;

    /// Events in flight with their buffers, over the whole outage.
    private static final long HEAP_IN_FLIGHT_BYTES_MAX = 16L << 20;

    /// Nothing but the journal refuses.
    private static final String NO_LIMITS = """
            {"requests_per_minute": 1000000, "requests_per_hour": 1000000, "requests_per_day": 1000000,
             "sliding_fallback": "open", "calendar_fallback": "open"}""";

    private final TestStack house = TestStack.running();
    private final Stack stack = house.stack();
    private final Faults faults = new Faults(stack);

    @Test
    void answersWithAFlatHeapAndBillsEachAnswerOnce() throws Exception {
        Running cramped = house.gateway(FurtherGateway.CRAMPED);
        String roomyKey = house.registerTenant("kafka-away", "enterprise", NO_LIMITS, firstOfMonth());
        String crampedKey = house.registerTenant("kafka-away.cramped", "enterprise", NO_LIMITS, firstOfMonth());
        try (Load roomy = load(house.gateway(), roomyKey, 6, Duration.ofMillis(20));
                Load small = load(cramped.address(), crampedKey, 1, Duration.ofMillis(40))) {
            awaitSome(roomy, "before Kafka stands still");
            awaitSome(small, "before Kafka stands still");
            faults.note("SIGSTOP Kafka; " + roomy);
            stack.kafka().pause();
            try {
                bearTheOutage(roomy, small);
            } finally {
                stack.kafka().resume();
            }
            faults.note("SIGCONT Kafka; " + roomy + "; cramped " + small);
            awaitSome(small, "now that the journal has room again");
            roomy.stop();
            small.stop();
            assertThat(roomy.completed()).as("%s", roomy).isEqualTo(roomy.sent());
            assertThat(small.completed() + small.answered(503)).as("%s", small).isEqualTo(small.sent());
            assertThat(Metering.assertEachOnce(house, "kafka-away", roomy)).isEqualTo(roomy.completed());
            assertThat(Metering.assertEachOnce(house, "kafka-away.cramped", small))
                    .isEqualTo(small.completed());
            faults.note("each answer is billed once: " + roomy.completed() + " and " + small.completed());
        }
    }

    private void bearTheOutage(Load roomy, Load small) throws Exception {
        long pausedNanos = System.nanoTime();
        GatewayMemory memory = new GatewayMemory(
                stack.service(Service.GATEWAY).pid(),
                URI.create("http://127.0.0.1:" + stack.options().ports().gatewayManagement()));
        long heapAtStart = memory.liveHeapBytes();
        awaitMoment(pausedNanos, FULL);
        long heapWhenFull = memory.liveHeapBytes();
        long recordedWhenFull = roomy.completed();
        awaitMoment(pausedNanos, AWAY);
        long heapAtEnd = memory.liveHeapBytes();
        long recorded = roomy.completed() - recordedWhenFull;
        String seen = "heap %,d bytes at the start, %,d after %d s, %,d at the end; %d events since; %s"
                .formatted(heapAtStart, heapWhenFull, FULL.toSeconds(), heapAtEnd, recorded, roomy);
        faults.note(seen);
        assertThat(recorded).as(seen).isGreaterThanOrEqualTo(EVENTS_MIN);
        assertThat(heapAtEnd - heapWhenFull).as(seen).isLessThanOrEqualTo(HEAP_GROWTH_BYTES_MAX);
        assertThat(heapAtEnd - heapAtStart).as(seen).isLessThanOrEqualTo(HEAP_IN_FLIGHT_BYTES_MAX);
        assertThat(roomy.answers()).as("%s", roomy).allMatch(Load.Answered::isAdmitted);
        assertThat(small.answers().filter(answer -> answer.status() == 503))
                .as("a full journal: %s", small)
                .isNotEmpty()
                .allMatch(answer -> answer.retryAfterSeconds() >= 1);
    }

    private static void awaitMoment(long sinceNanos, Duration after) {
        Await.until(
                "Kafka is away for " + after,
                after.plusSeconds(1),
                () -> System.nanoTime() - sinceNanos >= after.toNanos());
    }

    private static void awaitSome(Load load, String when) {
        long before = load.completed();
        Await.until(
                when + ", requests complete: " + load, Duration.ofSeconds(60), () -> load.completed() >= before + 50);
    }

    private static Load load(URI gateway, String key, int workers, Duration pause) {
        return Load.start(List.of(gateway), key, workers, Long.MAX_VALUE, pause);
    }

    private static LocalDate firstOfMonth() {
        return LocalDate.now(ZoneOffset.UTC).withDayOfMonth(1);
    }
}
