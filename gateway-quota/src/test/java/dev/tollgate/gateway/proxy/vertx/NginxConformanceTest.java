package dev.tollgate.gateway.proxy.vertx;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.testing.http.StrictUpstream;
import dev.tollgate.testing.nginx.Nginx;
import dev.tollgate.testing.rules.Catalogue;
import dev.tollgate.testing.rules.Play;
import dev.tollgate.testing.rules.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/// nginx under the same rules: it does what the gateway does, or what `docs/conformance.md` says with a reason.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class NginxConformanceTest {

    private static final Path PAGE = Path.of("..", "docs", "conformance.md");

    private static final String VERSION = Nginx.version();

    /// A row of the page.
    private record Difference(String rule, String gateway, String nginx) {}

    private final StrictUpstream upstream = new StrictUpstream();
    private final List<Difference> page = read();
    private final Map<String, Difference> differences =
            page.stream().collect(Collectors.toMap(Difference::rule, Function.identity()));
    private final Nginx nginx;
    private final Play play;

    NginxConformanceTest(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve(NginxConfig.API_FILE), NginxConfig.API);
        nginx = Nginx.start(folder, NginxConfig.http(ProxyFixture.KEY, upstream.port()));
        play = new Play(nginx.port(), ProxyFixture.KEY, upstream, "");
    }

    @AfterAll
    void close() {
        nginx.close();
        upstream.close();
    }

    private static List<Difference> read() {
        try {
            return Files.readAllLines(PAGE).stream()
                    .map(line -> line.split(" *\\| *", -1))
                    .filter(cells -> cells.length == 5 && !cells[1].equals("rule") && !cells[1].startsWith("---"))
                    .map(cells -> new Difference(cells[1], cells[2], cells[3]))
                    .toList();
        } catch (IOException failed) {
            throw new IllegalStateException("cannot read " + PAGE, failed);
        }
    }

    static List<Rule> rules() {
        return Catalogue.rules();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("rules")
    void doesAsTheGatewayOrAsThePageSays(Rule rule) throws IOException {
        Difference difference = differences.get(rule.name());
        assertThat(play.seen(rule))
                .as("%s, %s of %s, %s", rule.name(), rule.section(), VERSION, PAGE)
                .isEqualTo(difference == null ? rule.expected() : difference.nginx());
    }

    @Test
    void thePageKnowsTheRules() {
        Map<String, String> expected = Catalogue.rules().stream().collect(Collectors.toMap(Rule::name, Rule::expected));
        assertThat(page).isNotEmpty().allSatisfy(row -> {
            assertThat(row.gateway()).as(row.rule()).isEqualTo(expected.get(row.rule()));
            assertThat(row.nginx()).as(row.rule()).isNotEqualTo(row.gateway());
        });
    }
}
