package dev.tollgate.bench.gateway;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The client: wrk with one thread and a fixed number of connections that are kept open. Each connection sends its
/// next request when it has the answer; the requests go round the keys.
///
/// @param script `load.lua`
/// @param keys a file with one API key a line
/// @param firstKey how many of them the first request leaves out
record LoadClient(Path script, Path keys, long firstKey) {

    static final int CONNECTIONS = 32;
    static final String PATH = "/api/item";
    static final int BODY_BYTES = 1_024;

    private static final Pattern RESULT = Pattern.compile("result requests=(?<requests>\\d+) us=(?<us>\\d+)"
            + " bytes=(?<bytes>\\d+) p50=(?<p50>[0-9.]+) p99=(?<p99>[0-9.]+) connect=(?<connect>\\d+)"
            + " read=(?<read>\\d+) write=(?<write>\\d+) status=(?<status>\\d+) timeout=(?<timeout>\\d+)");

    /// The command that loads a port for so long.
    List<String> command(int port, int seconds) {
        return List.of(
                Tools.path("wrk"),
                "-t1",
                "-c" + CONNECTIONS,
                "-d" + seconds + "s",
                "--timeout",
                "10s",
                "-s",
                script.toString(),
                "http://127.0.0.1:" + port,
                "--",
                keys.toString(),
                PATH,
                Long.toString(firstKey));
    }

    /// Loads a port and waits for the end.
    LoadRun run(int port, int seconds) {
        String output = Commands.output(command(port, seconds));
        Matcher result = RESULT.matcher(output);
        if (!result.find()) {
            throw new IllegalStateException("wrk gave no result:\n" + output);
        }
        long requests = Long.parseLong(result.group("requests"));
        return new LoadRun(
                requests,
                Long.parseLong(result.group("status")),
                Long.parseLong(result.group("us")),
                Double.parseDouble(result.group("p50")),
                Double.parseDouble(result.group("p99")),
                errors(requests, result));
    }

    private static String errors(long requests, Matcher result) {
        List<String> errors = new ArrayList<>();
        for (String kind : List.of("connect", "read", "write", "status", "timeout")) {
            if (!result.group(kind).equals("0")) {
                errors.add(result.group(kind) + " " + kind);
            }
        }
        long bytes = Long.parseLong(result.group("bytes"));
        if (requests == 0 || bytes < requests * BODY_BYTES) {
            errors.add(requests + " answers with " + bytes + " bytes");
        }
        return String.join(", ", errors);
    }
}
