package dev.tollgate.system;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/// A gateway beside the stack's own, with a journal of its own before the same sample API. Each is started when a test
/// first asks for it, and left running.
enum FurtherGateway {
    /// Its machine's wall clock is an hour ahead.
    AHEAD,
    /// The one that dies and is started again.
    MORTAL,
    /// Its journal has room for some hundred events.
    CRAMPED;

    private static final Duration SERVES_WITHIN = Duration.ofSeconds(90);

    private ServiceLauncher launcher(Stack stack, StackPorts ports) {
        ServiceLauncher launcher = stack.launcher(Service.GATEWAY, "gateway-" + name().toLowerCase(Locale.ROOT), ports);
        return switch (this) {
            case AHEAD ->
                launcher.mainClass(GatewayAnHourAhead.class.getName())
                        .classpath(withThisModule(stack.options().root()));
            case MORTAL -> launcher;
            case CRAMPED ->
                launcher.environment(Map.of(
                        "TOLLGATE_GATEWAY_EVENT_LOOPS", "1",
                        "TOLLGATE_GATEWAY_JOURNAL_SEGMENT_BYTES", "65536",
                        "TOLLGATE_GATEWAY_JOURNAL_BYTES_MAX", "262144"));
        };
    }

    private static List<Path> withThisModule(Path root) {
        return Stream.concat(
                        Stream.of(root.resolve("testing/system/target/test-classes")),
                        Classpaths.ofModule(root.resolve(Service.GATEWAY.module())).stream())
                .toList();
    }

    /// A started gateway.
    record Running(ServiceProcess process, URI address) {

        /// Waits until traffic is served, which needs neither Kafka nor, with a catalog on the disk, PostgreSQL.
        Running awaitServing() {
            String unknown = ApiKey.generate(new SecureRandom()).text();
            process.awaitWhileAlive("serves traffic at " + address, SERVES_WITHIN, () -> {
                try (GatewayConnection connection = new GatewayConnection(address)) {
                    return connection.post("/api/bookings", unknown).status() == 401;
                }
            });
            return this;
        }

        /// `kill -9`, and no new start.
        void kill9() {
            process.kill9();
        }

        /// Starts it again on its journal; returns before it serves.
        Running restart() {
            process.restart();
            return this;
        }
    }

    Running start(Stack stack) {
        StackPorts ports = ports(stack.options().ports());
        ServiceProcess process = launcher(stack, ports).start();
        return new Running(process, URI.create("http://127.0.0.1:" + ports.gateway())).awaitServing();
    }

    private static StackPorts ports(StackPorts first) {
        StackPorts free = StackPorts.free();
        return new StackPorts(
                free.gateway(),
                free.gatewayManagement(),
                free.gatewayAdmin(),
                first.ingest(),
                first.aggregator(),
                first.billing(),
                first.console(),
                first.sampleApi(),
                first.postgres(),
                first.kafka());
    }
}
