package dev.tollgate.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.EventType;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class TargetChoiceTest {

    private static final long SECOND = 1_000_000_000L;

    private final UpstreamSettings settings = new UpstreamSettings(
            2, Duration.ofSeconds(1), Duration.ofSeconds(3), Duration.ofSeconds(1), Duration.ofSeconds(1));
    private final TargetChoice choice = new TargetChoice(settings);
    private final Route route = route(3);

    private static Route route(int targets) {
        List<UpstreamTarget> upstreams = IntStream.rangeClosed(1, targets)
                .mapToObj(port -> new UpstreamTarget("a", port, false, ""))
                .toList();
        return new Route("r", "/", upstreams, 1, EventType.API_REQUEST, "", "");
    }

    private TargetHealth.Use next(long nowNanos) {
        return choice.choose(route, null, nowNanos);
    }

    private List<Integer> ports(int requests, long nowNanos) {
        List<Integer> ports = new ArrayList<>();
        for (int i = 0; i < requests; i++) {
            TargetHealth.Use use = next(nowNanos);
            ports.add(use.target().port());
            use.answered();
            use.end();
        }
        return ports;
    }

    /// Fails one request at the target of this port, and answers the others'.
    private boolean fail(int port, long nowNanos) {
        while (true) {
            TargetHealth.Use use = next(nowNanos);
            if (use.target().port() == port) {
                boolean aside = use.failed(nowNanos);
                use.end();
                return aside;
            }
            use.end();
        }
    }

    @Test
    void targetsTakeTurns() {
        assertThat(ports(6, 0)).containsExactly(1, 2, 3, 1, 2, 3);
    }

    @Test
    void theTargetWithTheFewestRequestsIsNext() {
        TargetHealth.Use first = next(0);
        TargetHealth.Use second = next(0);
        TargetHealth.Use third = next(0);
        second.end();
        assertThat(next(0).target()).isEqualTo(second.target());
        third.end();
        third.end();
        assertThat(next(0).target()).isEqualTo(third.target());
        assertThat(next(0).target()).isEqualTo(first.target());
    }

    @Test
    void anotherTargetThanTheFailedOneIsTried() {
        TargetHealth.Use failed = next(0);
        assertThat(choice.choose(route, failed, 0).target()).isNotEqualTo(failed.target());
        Route single = route(1);
        TargetHealth.Use only = choice.choose(single, null, 0);
        assertThat(choice.choose(single, only, 0).target()).isEqualTo(only.target());
    }

    @Test
    void aTargetIsSetAsideAfterFailuresInARowOnly() {
        assertThat(fail(2, 0)).isFalse();
        assertThat(ports(3, 0)).contains(2);
        assertThat(fail(2, 0)).as("an answer came between").isFalse();
        assertThat(fail(2, 0)).isTrue();
        assertThat(ports(20, SECOND - 1)).doesNotContain(2);
    }

    @Test
    void oneRequestTriesATargetWhoseTimeIsOverAndTheOthersWaitForIt() {
        fail(2, 0);
        fail(2, 0);
        List<TargetHealth.Use> uses = new ArrayList<>();
        for (int i = 0; i < 9; i++) {
            uses.add(next(SECOND));
        }
        List<TargetHealth.Use> trials =
                uses.stream().filter(use -> use.target().port() == 2).toList();
        assertThat(trials).hasSize(1);
        trials.getFirst().answered();
        uses.forEach(TargetHealth.Use::end);
        assertThat(ports(3, SECOND)).contains(2);
    }

    @Test
    void theTimeDoublesUpToItsBound() {
        fail(2, 0);
        fail(2, 0);
        long now = 0;
        for (long seconds : new long[] {1, 2, 3, 3}) {
            assertThat(ports(6, now + seconds * SECOND - 1)).doesNotContain(2);
            now += seconds * SECOND;
            assertThat(fail(2, now)).isTrue();
        }
    }

    @Test
    void aTrialThatEndsWithoutAVerdictIsFollowedByAnother() {
        fail(2, 0);
        fail(2, 0);
        for (int i = 0; i < 2; i++) {
            TargetHealth.Use use = next(SECOND);
            while (use.target().port() != 2) {
                use = next(SECOND);
            }
            use.end();
        }
    }

    @Test
    void whenAllAreSetAsideAllAreTried() {
        for (int port = 1; port <= 3; port++) {
            fail(port, 0);
            fail(port, 0);
        }
        assertThat(List.of(next(1), next(1), next(1)))
                .extracting(use -> use.target().port())
                .containsExactlyInAnyOrder(1, 2, 3);
    }
}
