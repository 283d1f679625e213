package dev.tollgate.bench.cost;

import dev.tollgate.bench.gateway.BenchTenants;
import dev.tollgate.bench.gateway.CpuTime;
import dev.tollgate.bench.metering.JavaProcess;
import dev.tollgate.bench.metering.MeasuredService;
import dev.tollgate.bench.metering.MeteringServers;
import dev.tollgate.quickstart.Service;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.Classpaths;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/// Everything between a client and the hourly rows, each a process of its own, with a fresh database and empty topics.
/// Used by one thread.
final class Pipeline implements AutoCloseable {

    /// A limit, in requests a second, that no tenant reaches.
    private static final int TENANT_PER_SECOND = 100_000;

    private static final String INSTANCE = "cost";
    private static final Duration UPSTREAM_WITHIN = Duration.ofSeconds(30);

    private final MeteringServers servers;
    private final String database;
    private final Path folder;
    private final int upstreamPort = Ports.free();
    private final Map<Service, MeasuredService> services = new EnumMap<>(Service.class);
    private final JavaProcess upstream;

    private Pipeline(Path root, MeteringServers servers, Path folder) {
        this.servers = servers;
        this.folder = folder;
        database = servers.freshDatabase();
        BenchTenants.register(
                servers.postgres().dataSource(database, servers.postgres().superuser()),
                1,
                LoadMain.TENANTS,
                TENANT_PER_SECOND);
        upstream = client("upstream", UpstreamMain.class, Integer.toString(upstreamPort));
        MeasuredService.Place place = new MeasuredService.Place(root, servers, database, folder, INSTANCE);
        for (Service service : List.of(Service.GATEWAY, Service.INGEST, Service.AGGREGATOR)) {
            services.put(
                    service, MeasuredService.start(service, place, service == Service.GATEWAY ? routes() : Map.of()));
        }
    }

    /// Returns once every service is ready.
    static Pipeline start(Path root, MeteringServers servers, Path folder) {
        Pipeline pipeline = new Pipeline(root, servers, folder);
        try {
            Await.until("the upstream listens", UPSTREAM_WITHIN, () -> !Ports.isFree(pipeline.upstreamPort));
            pipeline.services.values().forEach(MeasuredService::awaitReady);
            return pipeline;
        } catch (RuntimeException failed) {
            pipeline.close();
            throw failed;
        }
    }

    private Map<String, String> routes() {
        Map<String, String> environment = new TreeMap<>();
        for (int i = 0; i < SampleRequest.ROUTES.length; i++) {
            String setting = "TOLLGATE_GATEWAY_ROUTES_" + i + "_";
            String route = SampleRequest.ROUTES[i];
            environment.put(setting + "NAME", route);
            environment.put(setting + "PATH_PREFIX", SampleRequest.PREFIX + route);
            environment.put(setting + "UPSTREAM", "http://127.0.0.1:" + upstreamPort);
            if (route.equals("ai")) {
                environment.put(setting + "EVENT_TYPE", "ai_request");
                environment.put(setting + "COST_UNITS", "10");
            }
        }
        return environment;
    }

    /// Starts a main class of this benchmark.
    private JavaProcess client(String name, Class<?> main, String... arguments) {
        List<String> command = new ArrayList<>(List.of(main.getName()));
        command.addAll(List.of(arguments));
        return JavaProcess.start(folder, name, Classpaths.current(), Map.of(), command);
    }

    /// Starts the clients.
    ///
    /// @param name of their log; other requests for another name
    JavaProcess load(String name, long requests, int perSecond) {
        return client(
                name,
                LoadMain.class,
                Integer.toString(service(Service.GATEWAY).ports().gateway()),
                Long.toString(requests),
                Integer.toString(perSecond),
                Integer.toString(name.hashCode()));
    }

    MeteringServers servers() {
        return servers;
    }

    String database() {
        return database;
    }

    Path journalFolder() {
        return folder.resolve("journal").resolve(INSTANCE);
    }

    Map<Service, MeasuredService> services() {
        return services;
    }

    MeasuredService service(Service service) {
        MeasuredService found = services.get(service);
        if (found == null) {
            throw new IllegalStateException(service + " is not part of the pipeline");
        }
        return found;
    }

    void requireAlive() {
        upstream.requireAlive();
        services.values().forEach(MeasuredService::requireAlive);
    }

    /// CPU since the start of each part, in microseconds.
    Map<Part, Long> cpuUs() {
        Map<Part, Long> us = new EnumMap<>(Part.class);
        us.put(Part.GATEWAY, service(Service.GATEWAY).cpuUs());
        us.put(Part.BROKER, servers.brokerCpuUs());
        us.put(Part.POSTGRES, servers.postgresCpuUs());
        us.put(Part.INGEST, service(Service.INGEST).cpuUs());
        us.put(Part.AGGREGATOR, service(Service.AGGREGATOR).cpuUs());
        us.put(Part.UPSTREAM, CpuTime.totalUs(List.of(upstream.pid())));
        return us;
    }

    /// Traffic ends first.
    @Override
    public void close() {
        try {
            services.values().forEach(MeasuredService::close);
        } finally {
            upstream.close();
        }
    }
}
