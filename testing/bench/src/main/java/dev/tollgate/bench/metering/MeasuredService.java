package dev.tollgate.bench.metering;

import dev.tollgate.bench.gateway.CpuTime;
import dev.tollgate.bench.gateway.Prometheus;
import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.ServiceEnvironment;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.process.Classpaths;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/// A service of Tollgate as a process of its own, with the JVM options of all measured processes and its own default
/// settings. Used by one thread.
public final class MeasuredService implements AutoCloseable {

    private final Service service;
    private final StackPorts ports;
    private final JavaProcess process;
    private final Prometheus metrics;
    private long heapBytesMax;

    private MeasuredService(Service service, StackPorts ports, JavaProcess process) {
        this.service = service;
        this.ports = ports;
        this.process = process;
        metrics = new Prometheus(URI.create("http://127.0.0.1:" + ports.health(service) + "/actuator/prometheus"));
    }

    /// Where a service runs.
    ///
    /// @param root of the repository
    /// @param folder for logs, and for what the service keeps
    /// @param instance a name that no other instance has
    public record Place(Path root, MeteringServers servers, String database, Path folder, String instance) {}

    /// Starts it; returns at once.
    ///
    /// @param more environment on top of what says where the servers are
    public static MeasuredService start(Service service, Place place, Map<String, String> more) {
        StackPorts ports = StackPorts.free();
        MeteringServers servers = place.servers();
        Map<String, String> environment = new TreeMap<>(new ServiceEnvironment(
                        ports,
                        servers.postgres().url(place.database()),
                        servers.kafka().bootstrapServers(),
                        place.folder(),
                        place.instance())
                .of(service));
        environment.putAll(more);
        JavaProcess process = JavaProcess.start(
                place.folder(),
                service.module(),
                Classpaths.ofModule(place.root().resolve(service.module())),
                environment,
                List.of(service.mainClass()));
        return new MeasuredService(service, ports, process);
    }

    public void awaitReady() {
        process.awaitReady(Stack.health(ports, service));
    }

    public String name() {
        return service.module();
    }

    public StackPorts ports() {
        return ports;
    }

    public String command() {
        return process.command();
    }

    public long pid() {
        return process.pid();
    }

    public void requireAlive() {
        process.requireAlive();
    }

    public long cpuUs() {
        return CpuTime.totalUs(List.of(pid()));
    }

    public Prometheus.Reading metrics() {
        return metrics.read();
    }

    /// Bytes of heap in use now; empty while it does not tell.
    public OptionalLong heapBytes() {
        try {
            long bytes = (long) metrics.read().heapBytes();
            heapBytesMax = Math.max(heapBytesMax, bytes);
            return OptionalLong.of(bytes);
        } catch (UncheckedIOException | AwaitFailed notYet) {
            return OptionalLong.empty();
        }
    }

    /// The most heap that was in use at any call of `heapBytes`.
    public long heapBytesMax() {
        return heapBytesMax;
    }

    @Override
    public void close() {
        process.close();
    }
}
