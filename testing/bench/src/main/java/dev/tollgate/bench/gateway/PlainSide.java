package dev.tollgate.bench.gateway;

import dev.tollgate.quickstart.Stack;
import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.Classpaths;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/// The gateway's own proxy with tenants, and without quotas and journal: `PlainGateway`.
final class PlainSide implements Side {

    private final int port;
    private final PinnedProcess process;

    private PlainSide(int port, PinnedProcess process) {
        this.port = port;
        this.process = process;
    }

    static PlainSide start(Cores cores, Stack stack, int upstreamPort) {
        int port = Ports.free();
        Path state = stack.options().state();
        return new PlainSide(
                port,
                JavaSide.start(
                        cores.measured(),
                        JavaSide.JVM_OPTIONS,
                        Classpaths.current(),
                        List.of(
                                PlainGateway.class.getName(),
                                Integer.toString(port),
                                "http://127.0.0.1:" + upstreamPort,
                                stack.databaseUrl()),
                        Map.of(),
                        state.resolve("logs/plain.log")));
    }

    @Override
    public String name() {
        return "gateway without quotas and journal";
    }

    @Override
    public String version() {
        return "Tollgate's proxy and tenants, 1 event loop, " + JavaSide.version();
    }

    @Override
    public List<String> commands() {
        return List.of(JavaSide.shown(process, Map.of()));
    }

    @Override
    public int port() {
        return port;
    }

    @Override
    public List<Long> pids() {
        return process.pids();
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
