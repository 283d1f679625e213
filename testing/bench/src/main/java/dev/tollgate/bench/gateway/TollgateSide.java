package dev.tollgate.bench.gateway;

import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.ServiceEnvironment;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.process.Classpaths;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// The gateway as people run it: tenants, quotas and journal over real PostgreSQL and Kafka, one event loop.
final class TollgateSide implements Side {

    /// Nothing ingests during the benchmark, so no segment is freed: room for every run of a comparison.
    private static final long JOURNAL_BYTES_MAX = 8L << 30;

    private static final Duration PUBLISHED_WITHIN = Duration.ofSeconds(60);

    private final StackPorts ports;
    private final Map<String, String> environment;
    private final PinnedProcess process;

    private TollgateSide(StackPorts ports, Map<String, String> environment, PinnedProcess process) {
        this.ports = ports;
        this.environment = environment;
        this.process = process;
    }

    /// @param name names its journal and its log; no two gateways have the same
    static TollgateSide start(Cores cores, Stack stack, String name, int upstreamPort, List<String> jvmOptions) {
        StackPorts ports = StackPorts.free();
        Path state = stack.options().state();
        Map<String, String> environment = new TreeMap<>(
                new ServiceEnvironment(ports, stack.databaseUrl(), stack.kafka().bootstrapServers(), state, name)
                        .of(Service.GATEWAY));
        environment.put("TOLLGATE_GATEWAY_ROUTES_0_UPSTREAM", "http://127.0.0.1:" + upstreamPort);
        environment.put("TOLLGATE_GATEWAY_EVENT_LOOPS", "1");
        environment.put("TOLLGATE_GATEWAY_JOURNAL_BYTES_MAX", Long.toString(JOURNAL_BYTES_MAX));
        PinnedProcess process = JavaSide.start(
                cores.measured(),
                jvmOptions,
                Classpaths.ofModule(stack.options().root().resolve(Service.GATEWAY.module())),
                List.of(Service.GATEWAY.mainClass()),
                environment,
                state.resolve("logs").resolve(name + ".log"));
        return new TollgateSide(ports, environment, process);
    }

    @Override
    public String name() {
        return "gateway";
    }

    @Override
    public String version() {
        return "Tollgate gateway, everything on, 1 event loop, " + JavaSide.version();
    }

    @Override
    public List<String> commands() {
        return List.of(JavaSide.shown(process, environment));
    }

    @Override
    public int port() {
        return ports.gateway();
    }

    /// Metrics as they are now.
    Prometheus.Reading metrics() {
        return new Prometheus(URI.create("http://127.0.0.1:" + ports.gatewayManagement() + "/actuator/prometheus"))
                .read();
    }

    @Override
    public List<Long> pids() {
        return process.pids();
    }

    /// Waits until the journal's events are with Kafka.
    @Override
    public void settle() {
        Await.until("all events are published", PUBLISHED_WITHIN, () -> {
            Prometheus.Reading reading = metrics();
            return reading.sum("tollgate_gateway_journal_published_events_total")
                    >= reading.sum("tollgate_gateway_requests_seconds_count");
        });
    }

    @Override
    public List<String> publishingThreads() {
        return List.of("journal-publish", "kafka-producer");
    }

    @Override
    public void requireAlive() {
        process.requireAlive();
    }

    @Override
    public void close() {
        process.close();
    }
}
