package dev.tollgate.quickstart;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;

/// The ports of a stack on 127.0.0.1.
public record StackPorts(
        int gateway,
        int gatewayManagement,
        int gatewayAdmin,
        int ingest,
        int aggregator,
        int billing,
        int console,
        int sampleApi,
        int postgres,
        int kafka) {

    private static final StackPorts USUAL =
            new StackPorts(8080, 8081, 8086, 8082, 8083, 8084, 8085, 8090, 15432, 19092);

    /// The usual ports, each replaced by a free one when somebody else listens there.
    public static StackPorts usualOrFree() {
        Set<Integer> taken = new HashSet<>();
        return new StackPorts(
                usualOrFree(USUAL.gateway, taken),
                usualOrFree(USUAL.gatewayManagement, taken),
                usualOrFree(USUAL.gatewayAdmin, taken),
                usualOrFree(USUAL.ingest, taken),
                usualOrFree(USUAL.aggregator, taken),
                usualOrFree(USUAL.billing, taken),
                usualOrFree(USUAL.console, taken),
                usualOrFree(USUAL.sampleApi, taken),
                usualOrFree(USUAL.postgres, taken),
                usualOrFree(USUAL.kafka, taken));
    }

    /// Ten ports that are free now.
    public static StackPorts free() {
        Set<Integer> taken = new HashSet<>();
        return new StackPorts(
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken),
                anyFree(taken));
    }

    /// The port on which a service answers its readiness.
    public int health(Service service) {
        return switch (service) {
            case GATEWAY -> gatewayManagement;
            case INGEST -> ingest;
            case AGGREGATOR -> aggregator;
            case BILLING -> billing;
            case CONSOLE -> console;
        };
    }

    private static int usualOrFree(int port, Set<Integer> taken) {
        try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
            taken.add(probe.getLocalPort());
            return port;
        } catch (IOException inUse) {
            return anyFree(taken);
        }
    }

    private static int anyFree(Set<Integer> taken) {
        try {
            while (true) {
                try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    if (taken.add(probe.getLocalPort())) {
                        return probe.getLocalPort();
                    }
                }
            }
        } catch (IOException none) {
            throw new IllegalStateException("no free port on 127.0.0.1", none);
        }
    }
}
