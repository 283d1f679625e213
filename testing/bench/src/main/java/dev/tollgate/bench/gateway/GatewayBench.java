package dev.tollgate.bench.gateway;

import dev.tollgate.bench.DecisionComparison;
import dev.tollgate.bench.Results;
import dev.tollgate.bench.gateway.BenchOptions.Part;
import dev.tollgate.quickstart.Progress;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackOptions;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.quickstart.StateFolder;
import dev.tollgate.quickstart.StateLock;
import dev.tollgate.testing.AwaitFailed;
import java.nio.file.Path;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.runner.RunnerException;

/// The gateway compared: one decision in memory; the whole gateway with itself without quotas and journal, with
/// nginx, with Spring Cloud Gateway; its memory.
public final class GatewayBench {

    private static final int TENANTS = 200;
    private static final double ITSELF_AT_MOST = 1.25;
    private static final double NGINX_AT_MOST = 1.8;
    private static final double SPRING_AT_LEAST = 3;
    private static final String CPU_UNIT = "ratio of CPU µs per request";

    private final BenchOptions options;
    private final Path root = Path.of(System.getProperty("tollgate.root", ".")).toAbsolutePath();
    private final Path state = root.resolve("testing/bench/target/state");
    private final Path work = state.resolve("peers");
    private final Progress progress = new Progress(System.out);
    private final Set<Part> failed = EnumSet.noneOf(Part.class);

    private GatewayBench(BenchOptions options) {
        this.options = options;
    }

    /// @param arguments those behind the benchmark's name
    public static void run(List<String> arguments) throws RunnerException {
        new GatewayBench(BenchOptions.parse(arguments)).run();
    }

    private void run() throws RunnerException {
        if (options.quick()) {
            System.out.println("--quick: few and short runs, to see that everything works; the figures mean little.");
        }
        if (options.has(Part.DECISION)) {
            DecisionComparison.run(options.quick());
        }
        if (!options.parts().equals(Set.of(Part.DECISION))) {
            againstPeers();
        }
    }

    private void againstPeers() {
        Tools.require();
        if (options.has(Part.SPRING)) {
            progress.say("building Spring Cloud Gateway");
            SpringCloudGatewaySide.build(root);
        }
        try (StateLock lock = StateLock.take(state).orElse(null)) {
            if (lock == null) {
                throw new IllegalStateException("another benchmark runs on " + state);
            }
            StateFolder.clear(state);
            Cores cores = Cores.divide();
            System.out.printf(
                    "Measured sides on core %s; client, upstream, PostgreSQL and Kafka on %s.%n",
                    cores.measured(), cores.others());
            StackOptions stackOptions = StackOptions.everything(root, state)
                    .withPorts(StackPorts.free())
                    // No side waits for the disk: Redis saves nothing, nginx' log is not forced.
                    .withDurable(false)
                    .withServices(Set.of());
            try (Stack stack = Stack.startServers(stackOptions, progress);
                    NginxSide upstream = NginxSide.upstream(cores, work.resolve("upstream"))) {
                measure(cores, stack, upstream);
            }
            if (!failed.isEmpty()) {
                throw new IllegalStateException("failed: " + failed + "; logs are in " + state);
            }
            StateFolder.clear(state);
        }
    }

    private void measure(Cores cores, Stack stack, NginxSide upstream) {
        List<Long> behind = ProcessHandle.current()
                .descendants()
                .map(ProcessHandle::pid)
                .filter(pid -> !upstream.pids().contains(pid))
                .toList();
        BenchTenants.register(stack.database(), 1, TENANTS);
        LoadClient client = new LoadClient(
                Templates.write("load.lua", work, Map.of()),
                BenchTenants.keyFile(work.resolve("keys.txt"), TENANTS),
                0);
        if (options.has(Part.ITSELF) || options.has(Part.NGINX) || options.has(Part.SPRING)) {
            progress.say("starting the gateway");
            try (TollgateSide gateway =
                    TollgateSide.start(cores, stack, "gateway", upstream.port(), JavaSide.JVM_OPTIONS)) {
                compare(cores, stack, upstream.port(), gateway, client, behind);
            }
        }
        part(Part.MEMORY, () -> {
            progress.say("registering " + MemoryStep.TENANTS + " tenants");
            MemoryStep.run(cores, stack, upstream.port(), work, TENANTS);
        });
    }

    private void compare(
            Cores cores, Stack stack, int upstream, TollgateSide gateway, LoadClient client, List<Long> behind) {
        part(Part.ITSELF, () -> {
            try (PlainSide plain = PlainSide.start(cores, stack, upstream)) {
                withItself(new Comparison(gateway, plain, client, behind, options));
            }
        });
        part(Part.NGINX, () -> {
            Path keys = BenchTenants.nginxMap(work.resolve("keys.map"), TENANTS);
            try (NginxSide nginx = NginxSide.peer(cores, work.resolve("nginx"), upstream, keys)) {
                withNginx(new Comparison(gateway, nginx, client, behind, options));
            }
        });
        part(Part.SPRING, () -> {
            Path keys = BenchTenants.keyTenantFile(work.resolve("keys-and-tenants.txt"), TENANTS);
            try (SpringCloudGatewaySide spring =
                    SpringCloudGatewaySide.start(cores, root, work.resolve("scg"), upstream, keys)) {
                withSpring(new Comparison(gateway, spring, client, behind, options));
            }
        });
    }

    /// A part that fails has no result, and the others go on.
    private void part(Part part, Runnable body) {
        if (!options.has(part)) {
            return;
        }
        try {
            body.run();
        } catch (AwaitFailed | IllegalStateException failure) {
            failed.add(part);
            System.out.println("  FAILED: " + failure.getMessage());
        }
    }

    private void withItself(Comparison comparison) {
        Report.sides(comparison);
        boolean warm = comparison.prepare();
        List<Pair> pairs = comparison.measure(Measurement::cpuUsPerRequest);
        Report.pairs(pairs);
        Ratio all = Ratio.of(pairs, Measurement::cpuUsPerRequest);
        Ratio unpublished = Ratio.of(pairs, Measurement::cpuUsPerRequestUnpublished);
        Report.ratio("CPU", all);
        Report.ratio("CPU without publishing to Kafka", unpublished);
        Results.report(
                "gateway ÷ itself without quotas and journal", all.median(), ITSELF_AT_MOST, unit(CPU_UNIT, all, warm));
        Results.show(
                "gateway without Kafka publishing ÷ itself without quotas and journal",
                unpublished.median(),
                unit(CPU_UNIT, unpublished, warm));
    }

    private void withNginx(Comparison comparison) {
        Report.sides(comparison);
        boolean warm = comparison.prepare();
        List<Pair> pairs = comparison.measure(Measurement::cpuUsPerRequestUnpublished);
        Report.pairs(pairs);
        Ratio unpublished = Ratio.of(pairs, Measurement::cpuUsPerRequestUnpublished);
        Ratio all = Ratio.of(pairs, Measurement::cpuUsPerRequest);
        Report.ratio("CPU without publishing to Kafka", unpublished);
        Report.ratio("CPU with publishing to Kafka", all);
        Results.report(
                "gateway without Kafka publishing ÷ nginx",
                unpublished.median(),
                NGINX_AT_MOST,
                unit(CPU_UNIT, unpublished, warm));
        Results.show("gateway with Kafka publishing ÷ nginx", all.median(), unit(CPU_UNIT, all, warm));
    }

    private void withSpring(Comparison comparison) {
        Report.sides(comparison);
        boolean warm = comparison.prepare();
        List<Pair> pairs = comparison.measure(Measurement::requestsPerSecond);
        Report.pairs(pairs);
        Ratio rate = Ratio.of(pairs, Measurement::requestsPerSecond);
        Ratio cpu = Ratio.of(pairs, Measurement::cpuUsPerRequest);
        Report.ratio("requests per second", rate);
        Report.ratio("CPU, with Redis", cpu);
        Results.reportAtLeast(
                "gateway ÷ Spring Cloud Gateway with Redis",
                rate.median(),
                SPRING_AT_LEAST,
                unit("ratio of requests per second on one core", rate, warm));
        Results.show("gateway ÷ Spring Cloud Gateway with Redis, CPU", cpu.median(), unit(CPU_UNIT, cpu, warm));
    }

    private String unit(String unit, Ratio ratio, boolean warm) {
        return unit
                + (ratio.isNoisy() ? ", noisy: spread %.0f %%".formatted(100 * ratio.spread()) : "")
                + (warm ? "" : ", not warm")
                + (options.quick() ? ", quick" : "");
    }
}
