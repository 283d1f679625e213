package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.UpstreamTarget;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

/// Routes in the settings and in the routes file.
class RouteSettingTest {

    private static final Map<String, String> GOOD = Map.of(
            "tollgate.gateway.routes[0].name", "search",
            "tollgate.gateway.routes[0].path-prefix", "/search",
            "tollgate.gateway.routes[0].upstream", "http://127.0.0.1:9/base",
            "tollgate.gateway.routes[0].quota-policy", "search",
            "tollgate.gateway.routes[0].feature", "ai_features");

    private static GatewayProperties bind(Map<String, String> settings) {
        return new Binder(new MapConfigurationPropertySource(settings))
                .bindOrCreate("tollgate.gateway", Bindable.of(GatewayProperties.class));
    }

    @Test
    void aRouteHasAQuotaPolicyAndAFeature() {
        Route route = bind(GOOD).routeTable().find("/search/x").orElseThrow();
        assertThat(route.quotaPolicy()).isEqualTo("search");
        assertThat(route.feature()).isEqualTo("ai_features");
        assertThat(route.costUnits()).isEqualTo(1);
    }

    @Test
    void aRouteHasOneUpstreamOrSeveral() {
        Map<String, String> settings = new HashMap<>(GOOD);
        assertThat(bind(settings).routeTable().find("/search").orElseThrow().upstreams())
                .containsExactly(new UpstreamTarget("127.0.0.1", 9, false, "/base"));
        settings.put("tollgate.gateway.routes[0].upstreams[0]", "http://a");
        assertThat(refusal(settings)).contains("tollgate.gateway.routes[0]: ", "exclude each other");
        settings.remove("tollgate.gateway.routes[0].upstream");
        settings.put("tollgate.gateway.routes[0].upstreams[1]", "https://[::1]/b/");
        assertThat(bind(settings).routeTable().find("/search").orElseThrow().upstreams())
                .containsExactly(new UpstreamTarget("a", 80, false, ""), new UpstreamTarget("::1", 443, true, "/b"));
        settings.put("tollgate.gateway.routes[0].upstreams[2]", "http://a:80");
        assertThat(refusal(settings)).contains("tollgate.gateway.routes[0]: ", "different");
    }

    @ParameterizedTest
    @CsvSource({
        "failures-max, 0",
        "set-aside-min, 0s",
        "set-aside-min, 31s",
        "continue-timeout, 0s",
        "web-socket-idle-timeout, 0s"
    })
    void aWrongSettingOfUpstreamsIsNamed(String setting, String value) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put("tollgate.gateway.upstreams." + setting, value);
        assertThat(refusal(settings)).contains("tollgate.gateway.upstreams." + setting);
    }

    @ParameterizedTest
    @CsvSource({
        "quota-policy, Search, quotaPolicy",
        "quota-policy, #db_queries, quotaPolicy",
        "feature, telepathy, feature",
        "cost-units, 0, costUnits",
        "event-type, db_query, event",
        "upstream, ftp://x, upstream",
        "path-prefix, search, pathPrefix"
    })
    void aWrongRouteStopsTheStartAndIsNamed(String setting, String value, String named) {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.put("tollgate.gateway.routes[0]." + setting, value);
        assertThat(refusal(settings)).contains("tollgate.gateway.routes[0]: ", named, value);
    }

    @Test
    void aMissingPartIsNamed() {
        Map<String, String> settings = new HashMap<>(GOOD);
        settings.remove("tollgate.gateway.routes[0].upstream");
        assertThat(refusal(settings)).contains("tollgate.gateway.routes[0]: upstream is missing");
    }

    /// What the start says, with all causes.
    private static String refusal(Map<String, String> settings) {
        StringBuilder text = new StringBuilder();
        Throwable why = catchThrowable(() -> bind(settings));
        while (why != null) {
            text.append(why.getMessage()).append('\n');
            why = why.getCause();
        }
        return text.toString();
    }

    @Test
    void theRoutesFileIsYamlOrJson() {
        String yaml = "routes:\n  - name: a\n    path-prefix: /a\n    upstream: http://127.0.0.1:1\n    cost-units: 3\n"
                + "    quota-policy: search\n";
        String json = "{\"routes\": [{\"name\": \"a\", \"pathPrefix\": \"/a\", \"upstream\": \"http://127.0.0.1:1\", "
                + "\"cost-units\": 3, \"quota-policy\": \"search\"}]}";
        for (String content : new String[] {yaml, json}) {
            Route route = RoutesFileParser.parse(content.getBytes(StandardCharsets.UTF_8))
                    .find("/a")
                    .orElseThrow();
            assertThat(route.costUnits()).isEqualTo(3);
            assertThat(route.quotaPolicy()).isEqualTo("search");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "''|one document",
                "routes: [|not YAML",
                "other: 1|unknown member other",
                "routes: []|no routes",
                "routes: [{name: a, path-prefix: /a, upstream: 'http://h', cots: 2}]|cots",
                "routes: [{name: a, path-prefix: /a}]|routes[0]: upstream is missing",
                "routes: [{name: a, path-prefix: /a, upstream: 'http://h', cost-units: many}]|many"
            })
    void aRoutesFileThatIsNoneSaysWhy(String content, String reason) {
        assertThatThrownBy(() -> RoutesFileParser.parse(content.getBytes(StandardCharsets.UTF_8)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
