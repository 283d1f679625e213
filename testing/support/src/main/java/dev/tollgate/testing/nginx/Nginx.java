package dev.tollgate.testing.nginx;

import dev.tollgate.testing.Await;
import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.Children;
import dev.tollgate.testing.process.ExitActions;
import dev.tollgate.testing.process.Signals;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;

/// An nginx of one process, with configuration and logs in a folder of its own; never the system's service. It ends
/// with `close`, or with this JVM.
public final class Nginx implements AutoCloseable {

    private static final Duration STARTED_WITHIN = Duration.ofSeconds(10);

    /// What every configuration needs to keep away from the system's folders.
    private static final String FRAME = """
            daemon off;
            master_process off;
            pid nginx.pid;
            error_log error.log info;
            events { worker_connections 512; }
            http {
                access_log off;
                client_body_temp_path body;
                proxy_temp_path proxy;
                fastcgi_temp_path fastcgi;
                uwsgi_temp_path uwsgi;
                scgi_temp_path scgi;
            %s
            }
            """;

    private final int port;
    private final Process process;
    private final ExitActions.Registration atExit;

    private Nginx(int port, Process process) {
        this.port = port;
        this.process = process;
        this.atExit = ExitActions.register("end nginx", process::destroyForcibly);
    }

    /// Starts it and returns when it listens.
    ///
    /// @param http what stands in the block `http`; `${port}` stands for a free port of 127.0.0.1
    /// @throws IllegalStateException when nginx is not installed or does not start
    public static Nginx start(Path folder, String http) {
        int port = Ports.free();
        try {
            Path file = folder.resolve("nginx.conf");
            Files.writeString(file, FRAME.formatted(http.replace("${port}", Integer.toString(port))));
            Path output = folder.resolve("nginx.out");
            ProcessBuilder builder = new ProcessBuilder(
                            program(), "-p", folder.toString(), "-c", file.toString(), "-e", "error.log")
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            Nginx nginx = new Nginx(port, Children.start(builder, Signals.Signal.KILL));
            try {
                Await.until("nginx listens", STARTED_WITHIN, nginx::listens);
            } catch (RuntimeException failed) {
                nginx.close();
                throw new IllegalStateException("nginx does not start: " + Files.readString(output), failed);
            }
            return nginx;
        } catch (IOException failed) {
            throw new IllegalStateException("cannot start nginx", failed);
        }
    }

    /// As it names itself, for instance `nginx/1.22.1`.
    public static String version() {
        try {
            Process process = new ProcessBuilder(program(), "-v")
                    .redirectErrorStream(true)
                    .start();
            String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return said.substring(said.lastIndexOf(' ') + 1).strip();
        } catch (IOException failed) {
            throw new IllegalStateException("cannot run nginx", failed);
        }
    }

    private static String program() {
        String path = System.getenv().getOrDefault("PATH", "") + ":/usr/sbin:/usr/local/sbin";
        return Stream.of(path.split(":", -1))
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, "nginx"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("nginx is not installed. `./tollgate test` installs it where"
                                + " root runs apt-get; elsewhere install your system's package"))
                .toString();
    }

    private boolean listens() throws IOException {
        if (!process.isAlive()) {
            throw new IOException("nginx has ended with " + process.exitValue());
        }
        new Socket(InetAddress.getLoopbackAddress(), port).close();
        return true;
    }

    public int port() {
        return port;
    }

    @Override
    public void close() {
        process.destroyForcibly();
        process.onExit().join();
        atExit.cancel();
    }
}
