package dev.tollgate.bench.gateway;

import dev.tollgate.testing.net.Ports;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// An nginx of our own: its configuration, logs and pid file in a folder of its own, never the system's service.
/// With `upstream.conf` it is the upstream of all sides, with `nginx.conf` a peer.
final class NginxSide implements Side {

    private final int port;
    private final PinnedProcess process;

    private NginxSide(int port, PinnedProcess process) {
        this.port = port;
        this.process = process;
    }

    static NginxSide upstream(Cores cores, Path folder) {
        TextFiles.write(folder.resolve(LoadClient.PATH.substring(1)), "x".repeat(LoadClient.BODY_BYTES));
        return start(cores.others(), "upstream.conf", folder, Map.of());
    }

    /// @param keys the file of its map: lines `"key" "tenant";`
    static NginxSide peer(Cores cores, Path folder, int upstreamPort, Path keys) {
        return start(
                cores.measured(),
                "nginx.conf",
                folder,
                Map.of("upstream", Integer.toString(upstreamPort), "keys", keys.toString()));
    }

    private static NginxSide start(String cores, String config, Path folder, Map<String, String> values) {
        int port = Ports.free();
        Map<String, String> all = new HashMap<>(values);
        all.put("port", Integer.toString(port));
        Path written = Templates.write(config, folder, all);
        return new NginxSide(
                port,
                PinnedProcess.start(
                        cores,
                        List.of(
                                Tools.path("nginx"),
                                "-p",
                                folder.toString(),
                                "-c",
                                written.toString(),
                                "-e",
                                "error.log"),
                        Map.of(),
                        folder.resolve("nginx.out")));
    }

    @Override
    public String name() {
        return "nginx";
    }

    @Override
    public String version() {
        return Commands.firstLine(List.of(Tools.path("nginx"), "-v")) + ", limit_req, map, access log, 1 worker";
    }

    @Override
    public List<String> commands() {
        return List.of(String.join(" ", process.command()));
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
