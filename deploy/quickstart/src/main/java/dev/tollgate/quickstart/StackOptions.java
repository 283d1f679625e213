package dev.tollgate.quickstart;

import java.nio.file.Path;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;

/// How to run a stack.
///
/// @param root the project's folder, in which the services are built
/// @param state where everything that lasts is kept: data, journals, logs, secrets
/// @param services which services to start
/// @param durable whether PostgreSQL's commits reach the disk; without it they survive the death of every process, but
///     not of the machine
/// @param environment further environment of a service, which wins over what the stack sets
public record StackOptions(
        Path root,
        Path state,
        StackPorts ports,
        Set<Service> services,
        boolean durable,
        Map<Service, Map<String, String>> environment) {

    public StackOptions {
        root = root.toAbsolutePath().normalize();
        state = state.toAbsolutePath().normalize();
        services = Set.copyOf(services);
        environment = Map.copyOf(environment);
    }

    /// All services, on the usual ports or free ones.
    public static StackOptions everything(Path root, Path state) {
        return new StackOptions(root, state, StackPorts.usualOrFree(), EnumSet.allOf(Service.class), true, Map.of());
    }

    public StackOptions withPorts(StackPorts newPorts) {
        return new StackOptions(root, state, newPorts, services, durable, environment);
    }

    public StackOptions withServices(Set<Service> newServices) {
        return new StackOptions(root, state, ports, newServices, durable, environment);
    }

    public StackOptions withDurable(boolean newDurable) {
        return new StackOptions(root, state, ports, services, newDurable, environment);
    }

    /// Adds to a service's environment.
    public StackOptions withEnvironment(Service service, Map<String, String> more) {
        Map<Service, Map<String, String>> all = new HashMap<>(environment);
        Map<String, String> merged = new HashMap<>(all.getOrDefault(service, Map.of()));
        merged.putAll(more);
        all.put(service, Map.copyOf(merged));
        return new StackOptions(root, state, ports, services, durable, all);
    }
}
