package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.http.StrictUpstream;
import dev.tollgate.testing.rules.Fuzz;
import dev.tollgate.testing.rules.Mutator;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Mutated requests of the catalogue, from a seed that is printed; `./tollgate bench fuzz` sends more of them.
class RequestFuzzTest {

    private static final int CASES = 600;
    private static final int CONNECTIONS = 8;
    private static final Duration SETTLED_WITHIN = Duration.ofSeconds(10);

    @Test
    void whateverIsSentNothingBreaksAndNothingIsSmuggled(@TempDir Path folder) throws InterruptedException {
        long seed = Long.getLong("tollgate.fuzz.seed", System.nanoTime());
        System.out.println("RequestFuzzTest: -Dtollgate.fuzz.seed=" + seed);
        try (StrictUpstream upstream = new StrictUpstream();
                ProxyFixture fixture = ProxyFixture.before(upstream.port(), folder)) {
            Fuzz fuzz = new Fuzz(fixture.proxy.port(), new Mutator(ProxyFixture.KEY, seed));
            fuzz.run(CONNECTIONS, number -> number < CASES);
            assertThat(fuzz.faults()).as("seed %d", seed).isEmpty();
            upstream.awaitIdle();
            assertThat(upstream.violations()).as("seed %d", seed).isEmpty();
            Await.until(
                    "an event for each admitted request",
                    SETTLED_WITHIN,
                    () -> fixture.events().size() == fixture.gate.admitted.get());
            assertThat(fixture.gate.committed.get() + fixture.gate.givenBack.get())
                    .isEqualTo(fixture.gate.admitted.get());
            List<RequestEvent> events = fixture.events();
            assertThat(upstream.begun())
                    .isEqualTo(
                            events.stream().filter(event -> event.units() > 0).count());
            assertThat(upstream.completed())
                    .isGreaterThan(CASES / 20)
                    .isGreaterThanOrEqualTo(events.stream()
                            .filter(event -> Integer.valueOf(200).equals(event.responseStatus()))
                            .count());
            assertThat(fuzz.statuses()).containsKeys(200, 400, 401);
        }
    }
}
