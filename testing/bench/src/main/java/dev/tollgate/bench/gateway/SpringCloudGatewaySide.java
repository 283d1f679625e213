package dev.tollgate.bench.gateway;

import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.Classpaths;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Spring Cloud Gateway with its `RequestRateLimiter` on a Redis of our own; both on the measured core, the CPU of
/// both counted. `testing/bench/scg` is the application.
final class SpringCloudGatewaySide implements Side {

    private static final String MODULE = "testing/bench/scg";
    private static final String MAIN = "dev.tollgate.bench.scg.SpringCloudGatewayApplication";

    private final int port;
    private final PinnedProcess redis;
    private final PinnedProcess gateway;
    private final String jars;

    private SpringCloudGatewaySide(int port, PinnedProcess redis, PinnedProcess gateway, String jars) {
        this.port = port;
        this.redis = redis;
        this.gateway = gateway;
        this.jars = jars;
    }

    /// Compiles the application; its dependencies come from where Maven gets its own.
    static void build(Path root) {
        Commands.output(List.of(
                root.resolve("mvnw").toString(),
                "-B",
                "-q",
                "-f",
                root.resolve(MODULE).resolve("pom.xml").toString(),
                "-Dspotless.check.skip=true",
                "package"));
    }

    /// @param keys a file of lines `key tenant`
    static SpringCloudGatewaySide start(Cores cores, Path root, Path folder, int upstreamPort, Path keys) {
        int redisPort = Ports.free();
        Path config = Templates.write("redis.conf", folder, Map.of("port", Integer.toString(redisPort)));
        PinnedProcess redis = PinnedProcess.start(
                cores.measured(),
                List.of(Tools.path("redis-server"), config.toString(), "--dir", folder.toString()),
                Map.of(),
                folder.resolve("redis.log"));
        int port = Ports.free();
        List<Path> classpath = Classpaths.ofModule(root.resolve(MODULE));
        List<String> options = new ArrayList<>(JavaSide.JVM_OPTIONS);
        options.add("-Dreactor.netty.ioWorkerCount=1");
        PinnedProcess gateway = JavaSide.start(
                cores.measured(),
                options,
                classpath,
                List.of(
                        MAIN,
                        "--server.port=" + port,
                        "--spring.data.redis.host=127.0.0.1",
                        "--spring.data.redis.port=" + redisPort,
                        "--bench.upstream=http://127.0.0.1:" + upstreamPort,
                        "--bench.keys=" + keys),
                Map.of(),
                folder.resolve("gateway.log"));
        return new SpringCloudGatewaySide(port, redis, gateway, versions(classpath));
    }

    private static String versions(List<Path> classpath) {
        return String.join(
                ", ",
                classpath.stream()
                        .map(jar -> jar.getFileName().toString().replace(".jar", ""))
                        .filter(name -> name.startsWith("spring-cloud-gateway-server-webflux")
                                || name.matches("spring-boot-[0-9.]+"))
                        .sorted()
                        .toList());
    }

    @Override
    public String name() {
        return "Spring Cloud Gateway";
    }

    @Override
    public String version() {
        return jars + ", RequestRateLimiter on " + Commands.firstLine(List.of(Tools.path("redis-server"), "--version"))
                + ", 1 event loop, " + JavaSide.version();
    }

    @Override
    public List<String> commands() {
        return List.of(String.join(" ", redis.command()), JavaSide.shown(gateway, Map.of()));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        List<Long> both = new ArrayList<>(redis.pids());
        both.addAll(gateway.pids());
        return both;
    }

    @Override
    public void requireAlive() {
        redis.requireAlive();
        gateway.requireAlive();
    }

    @Override
    public void close() {
        gateway.close();
        redis.close();
    }
}
