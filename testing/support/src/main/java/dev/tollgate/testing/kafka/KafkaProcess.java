package dev.tollgate.testing.kafka;

import dev.tollgate.testing.AwaitFailed;
import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A broker as a process of its own. The ready file beside the data names the process that answers clients.
///
/// Lock rule: starting and ending are guarded by the object.
final class KafkaProcess implements KafkaServer {

    private static final Duration READY_WITHIN = Duration.ofSeconds(180);
    private static final Duration SHUTDOWN_MAX = Duration.ofSeconds(20);
    private static final int PORT_ATTEMPTS_MAX = 5;

    private final ServiceProcess process;
    private final Path readyFile;
    private final int port;
    private boolean closed;

    private KafkaProcess(ServiceProcess process, Path readyFile, int port) {
        this.process = process;
        this.readyFile = readyFile;
        this.port = port;
    }

    static KafkaServer start(Options options) {
        boolean chooses = options.port() == 0;
        for (int attempt = 1; ; attempt++) {
            int port = chooses ? Ports.free() : options.port();
            KafkaProcess server = launch(options, port);
            try {
                server.awaitReady();
                return server;
            } catch (AwaitFailed failed) {
                server.process.close();
                boolean portTaken = chooses && !Ports.isFree(port);
                if (!portTaken || attempt == PORT_ATTEMPTS_MAX) {
                    throw failed;
                }
            }
        }
    }

    private static KafkaProcess launch(Options options, int port) {
        Path data = options.dataDirectory();
        Path readyFile = beside(data, ".ready");
        ServiceProcess process = ServiceLauncher.of("Kafka on " + data)
                .mainClass(KafkaMain.class.getName())
                .classpath(options.classpath())
                .smallJvm(options.heapMax())
                .jvmArguments(options.jvmArguments().toArray(String[]::new))
                .arguments(data.toString(), Integer.toString(port), readyFile.toString())
                .logFile(beside(data, ".log"))
                .pidFile(beside(data, ".pid"))
                .start();
        return new KafkaProcess(process, readyFile, port);
    }

    private static Path beside(Path data, String suffix) {
        return data.resolveSibling(data.getFileName() + suffix);
    }

    private void awaitReady() {
        String pid = Long.toString(process.pid());
        process.awaitWhileAlive(
                "answers clients on port " + port,
                READY_WITHIN,
                () -> Files.exists(readyFile) && Files.readString(readyFile).equals(pid));
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public boolean isRunning() {
        return process.isAlive();
    }

    @Override
    public long pid() {
        return process.pid();
    }

    @Override
    public synchronized void kill9() {
        process.kill9();
    }

    @Override
    public void pause() {
        process.pause();
    }

    @Override
    public void resume() {
        process.resume();
    }

    @Override
    public synchronized void restart() {
        if (closed) {
            throw new IllegalStateException(process.name() + " is closed");
        }
        process.restart();
        awaitReady();
    }

    @Override
    public String logTail(int lines) {
        return process.logTail(lines);
    }

    @Override
    public synchronized void close() {
        if (closed) {
            return;
        }
        closed = true;
        try (process) {
            if (process.isAlive()) {
                process.resume();
                process.terminate(SHUTDOWN_MAX);
            }
        }
    }
}
