package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.http.StrictUpstream;
import dev.tollgate.testing.rules.Catalogue;
import dev.tollgate.testing.rules.Play;
import dev.tollgate.testing.rules.Rule;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// The gateway keeps every rule of the catalogue, whatever pieces the bytes arrive in.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ConformanceTest {

    /// Longer requests are about limits, which whole lines meet; they are not sent byte by byte.
    private static final int SENT_BY_BYTE_MAX = 1_000;

    private final StrictUpstream upstream = new StrictUpstream();
    private final ProxyFixture fixture;
    private final Play play;

    ConformanceTest(@TempDir Path folder) {
        fixture = ProxyFixture.before(upstream.port(), folder);
        play = new Play(fixture.proxy.port(), ProxyFixture.KEY, upstream, "/base");
    }

    static List<Rule> rules() {
        return Catalogue.rules();
    }

    static List<Rule> shortRules() {
        return rules().stream()
                .filter(rule -> rule.bytes().length() <= SENT_BY_BYTE_MAX)
                .toList();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void keeps(Rule rule) throws IOException {
        assertThat(play.seen(rule)).as("%s, %s", rule.name(), rule.section()).isEqualTo(rule.expected());
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("shortRules")
    void keepsByteByByte(Rule rule) throws IOException {
        assertThat(play.seen(rule, 1)).as("%s, %s", rule.name(), rule.section()).isEqualTo(rule.expected());
    }

    /// After all rules: one event for each admitted request, and no request at the upstream that is not among them.
    @AfterAll
    void leavesNothingBehind() {
        try (upstream;
                fixture) {
            Await.until(
                    "an event for each admitted request",
                    Duration.ofSeconds(5),
                    () -> fixture.events().size() == fixture.gate.admitted.get());
            List<RequestEvent> events = fixture.events();
            assertThat(upstream.violations()).isEmpty();
            assertThat(upstream.completed())
                    .isEqualTo(events.stream()
                            .filter(event -> Integer.valueOf(200).equals(event.responseStatus()))
                            .count());
            assertThat(upstream.begun()).isLessThanOrEqualTo(events.size());
        }
    }
}
