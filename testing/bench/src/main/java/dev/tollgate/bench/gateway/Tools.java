package dev.tollgate.bench.gateway;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/// The programs that the peers and the client are: nginx, Redis, wrk, all from the system's packages.
final class Tools {

    /// Program to Debian package.
    private static final Map<String, String> PACKAGES =
            Map.of("nginx", "nginx-light", "redis-server", "redis-server", "wrk", "wrk", "taskset", "util-linux");

    /// Asked by Debian's packages whether their services may start.
    private static final Path SERVICE_POLICY = Path.of("/usr/sbin/policy-rc.d");

    private Tools() {}

    /// Installs what is missing where root runs apt-get, else says what to install.
    static void require() {
        List<String> missing = missing();
        if (missing.isEmpty()) {
            return;
        }
        String install = "apt-get install -y --no-install-recommends " + String.join(" ", missing);
        if (!isRoot() || !isThere("apt-get")) {
            throw new IllegalStateException("the benchmark needs programs that are not there. Install them, for"
                    + " instance as root: " + install);
        }
        System.out.println("installing: " + install);
        withServicesOff(() -> {
            Commands.output(List.of("apt-get", "update"));
            Commands.output(List.of("env", "DEBIAN_FRONTEND=noninteractive", "sh", "-c", install));
        });
        if (!missing().isEmpty()) {
            throw new IllegalStateException("still missing after " + install + ": " + missing());
        }
    }

    private static List<String> missing() {
        return PACKAGES.entrySet().stream()
                .filter(tool -> !isThere(tool.getKey()))
                .map(Map.Entry::getValue)
                .sorted()
                .toList();
    }

    /// Where a program is, also when its folder is only on root's path.
    static String path(String program) {
        return find(program).orElseThrow(() -> new IllegalStateException(program + " is not installed"));
    }

    private static boolean isThere(String program) {
        return find(program).isPresent();
    }

    private static Optional<String> find(String program) {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/bin";
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .map(Path::toString)
                .findFirst();
    }

    private static boolean isRoot() {
        return Commands.firstLine(List.of("id", "-u")).equals("0");
    }

    /// The packages would start nginx and Redis as services; the benchmark wants only their programs.
    private static void withServicesOff(Runnable installation) {
        boolean ours = !Files.exists(SERVICE_POLICY);
        try {
            if (ours) {
                Files.writeString(SERVICE_POLICY, "#!/bin/sh\nexit 101\n");
                Files.setPosixFilePermissions(SERVICE_POLICY, PosixFilePermissions.fromString("rwxr-xr-x"));
            }
            installation.run();
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write " + SERVICE_POLICY, failed);
        } finally {
            if (ours) {
                SERVICE_POLICY.toFile().delete();
            }
        }
    }
}
