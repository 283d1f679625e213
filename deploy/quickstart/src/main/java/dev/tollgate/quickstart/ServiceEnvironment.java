package dev.tollgate.quickstart;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/// The environment that tells each service where it lives on this machine.
public final class ServiceEnvironment {

    private final StackPorts ports;
    private final String databaseUrl;
    private final String bootstrapServers;
    private final Path state;
    private final String instance;

    /// @param state the folder in which an instance keeps its journal, its snapshot or its streams' state
    /// @param instance the instance's name, which no other has at the same time
    public ServiceEnvironment(
            StackPorts ports, String databaseUrl, String bootstrapServers, Path state, String instance) {
        this.ports = ports;
        this.databaseUrl = databaseUrl;
        this.bootstrapServers = bootstrapServers;
        this.state = state;
        this.instance = instance;
    }

    public Map<String, String> of(Service service) {
        Map<String, String> environment = new LinkedHashMap<>();
        String name = service.name().toLowerCase(Locale.ROOT);
        String prefix = "TOLLGATE_" + service.name() + "_";
        environment.put(prefix + "DATABASE_URL", databaseUrl);
        environment.put(prefix + "DATABASE_USER", "tollgate_" + name);
        if (service != Service.CONSOLE) {
            environment.put(prefix + "KAFKA_BOOTSTRAP_SERVERS", bootstrapServers);
        }
        switch (service) {
            case GATEWAY -> gateway(environment);
            case INGEST -> {
                environment.put("TOLLGATE_INGEST_INSTANCE", instance);
                http(environment, service);
            }
            case AGGREGATOR -> {
                environment.put(
                        "TOLLGATE_AGGREGATOR_STREAMS_STATE_DIR",
                        state.resolve("streams").resolve(instance).toString());
                http(environment, service);
            }
            case BILLING, CONSOLE -> http(environment, service);
        }
        return environment;
    }

    private void http(Map<String, String> environment, Service service) {
        environment.put("SERVER_PORT", Integer.toString(ports.health(service)));
        environment.put("SERVER_ADDRESS", "127.0.0.1");
    }

    private void gateway(Map<String, String> environment) {
        environment.put("TOLLGATE_GATEWAY_HOST", "127.0.0.1");
        environment.put("TOLLGATE_GATEWAY_PORT", Integer.toString(ports.gateway()));
        environment.put("TOLLGATE_GATEWAY_MANAGEMENT_PORT", Integer.toString(ports.gatewayManagement()));
        environment.put("TOLLGATE_GATEWAY_ADMIN_PORT", Integer.toString(ports.gatewayAdmin()));
        environment.put(
                "TOLLGATE_GATEWAY_JOURNAL_DIRECTORY",
                state.resolve("journal").resolve(instance).toString());
        environment.put(
                "TOLLGATE_GATEWAY_SNAPSHOT_DIRECTORY",
                state.resolve("snapshot").resolve(instance).toString());
        environment.put("TOLLGATE_GATEWAY_ROUTES_0_NAME", "api");
        environment.put("TOLLGATE_GATEWAY_ROUTES_0_PATH_PREFIX", "/api");
        environment.put("TOLLGATE_GATEWAY_ROUTES_0_UPSTREAM", "http://127.0.0.1:" + ports.sampleApi());
    }
}
