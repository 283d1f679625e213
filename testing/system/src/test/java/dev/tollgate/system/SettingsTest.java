package dev.tollgate.system;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.aggregator.AggregatorProperties;
import dev.tollgate.billing.BillingProperties;
import dev.tollgate.console.ConsoleProperties;
import dev.tollgate.gateway.GatewayProperties;
import dev.tollgate.ingest.IngestProperties;
import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.ServiceEnvironment;
import dev.tollgate.quickstart.StackPorts;
import java.io.IOException;
import java.io.Reader;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.core.env.SystemEnvironmentPropertySource;
import org.yaml.snakeyaml.Yaml;

/// Deployments set what services read, and nothing else: a variable that no setting takes up fails here.
class SettingsTest {

    private static final Path ROOT = TestStack.projectRoot();

    @ParameterizedTest
    @EnumSource(Service.class)
    void composeSetsWhatTheServiceReads(Service service) throws IOException {
        assertBinds(service, composeEnvironment(name(service)));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void theQuickstartSetsWhatTheServiceReads(Service service) {
        ServiceEnvironment environment = new ServiceEnvironment(
                StackPorts.free(), "jdbc:postgresql://127.0.0.1:1/tollgate", "127.0.0.1:2", Path.of("state"), "one");
        assertBinds(service, environment.of(service));
    }

    @ParameterizedTest
    @EnumSource(Service.class)
    void composePublishesThePortThatTheServiceListensOn(Service service) throws IOException {
        Map<String, String> environment = composeEnvironment(name(service));
        String port =
                service == Service.GATEWAY ? environment.get("TOLLGATE_GATEWAY_PORT") : environment.get("SERVER_PORT");
        assertThat(published(name(service))).contains(port + ":" + port);
    }

    @Test
    void composeBuildsEachServiceFromItsModuleAndMain() throws IOException {
        for (Service service : Service.values()) {
            Map<String, Object> build = map(service(name(service)).get("build"));
            Map<String, Object> arguments = map(build.get("args"));
            assertThat(arguments).containsEntry("MODULE", service.module()).containsEntry("MAIN", service.mainClass());
            assertThat(ROOT.resolve(String.valueOf(build.get("dockerfile")))).exists();
        }
    }

    private static void assertBinds(Service service, Map<String, String> variables) {
        Pattern known = Pattern.compile("TOLLGATE_" + service.name() + "_("
                + String.join("|", variablesOf(propertiesOf(service))) + ")|SERVER_.*");
        assertThat(variables.keySet())
                .allMatch(variable -> known.matcher(variable).matches());
        StandardEnvironment environment = new StandardEnvironment();
        environment
                .getPropertySources()
                .addFirst(new SystemEnvironmentPropertySource(
                        "given-" + StandardEnvironment.SYSTEM_ENVIRONMENT_PROPERTY_SOURCE_NAME,
                        new LinkedHashMap<>(variables)));
        Object bound = Binder.get(environment)
                .bind("tollgate." + name(service), Bindable.of(propertiesOf(service)))
                .get();
        assertThat(bound.toString()).contains("jdbc:postgresql:");
    }

    /// Patterns of the variables that a settings record takes up, without its prefix.
    private static List<String> variablesOf(Class<?> settings) {
        List<String> variables = new ArrayList<>();
        for (RecordComponent component : settings.getRecordComponents()) {
            String variable = component.getName().replaceAll("([A-Z])", "_$1").toUpperCase(Locale.ROOT);
            Class<?> type = component.getType();
            if (type.isRecord()) {
                variablesOf(type).forEach(nested -> variables.add(variable + "_" + nested));
            } else if (List.class.equals(type)) {
                Class<?> element =
                        (Class<?>) ((ParameterizedType) component.getGenericType()).getActualTypeArguments()[0];
                if (element.isRecord()) {
                    variablesOf(element).forEach(nested -> variables.add(variable + "_[0-9]+_" + nested));
                } else {
                    variables.add(variable + "(_[0-9]+)?");
                }
            } else {
                variables.add(Map.class.equals(type) ? variable + "_.*" : variable);
            }
        }
        return variables;
    }

    private static Class<? extends Record> propertiesOf(Service service) {
        return switch (service) {
            case GATEWAY -> GatewayProperties.class;
            case INGEST -> IngestProperties.class;
            case AGGREGATOR -> AggregatorProperties.class;
            case BILLING -> BillingProperties.class;
            case CONSOLE -> ConsoleProperties.class;
        };
    }

    private static String name(Service service) {
        return service.name().toLowerCase(Locale.ROOT);
    }

    private static Map<String, String> composeEnvironment(String name) throws IOException {
        Map<String, String> environment = new LinkedHashMap<>();
        map(service(name).get("environment")).forEach((key, value) -> environment.put(key, withDefault("" + value)));
        return environment;
    }

    /// What compose makes of `${NAME:-default}`.
    private static String withDefault(String value) {
        int begins = value.indexOf(":-");
        return value.startsWith("${") && begins > 0 ? value.substring(begins + 2, value.length() - 1) : value;
    }

    private static List<String> published(String name) throws IOException {
        return ((List<?>) service(name).getOrDefault("ports", List.of()))
                .stream()
                        .map(String::valueOf)
                        .map(port -> port.startsWith("127.0.0.1:") ? port.substring("127.0.0.1:".length()) : port)
                        .toList();
    }

    private static Map<String, Object> service(String name) throws IOException {
        try (Reader compose = Files.newBufferedReader(ROOT.resolve("docker-compose.yml"))) {
            return map(map(map(new Yaml().load(compose)).get("services")).get(name));
        }
    }

    private static Map<String, Object> map(@Nullable Object yaml) {
        assertThat(yaml).isInstanceOf(Map.class);
        Map<String, Object> map = new LinkedHashMap<>();
        ((Map<?, ?>) Objects.requireNonNull(yaml)).forEach((key, value) -> map.put(String.valueOf(key), value));
        return map;
    }
}
