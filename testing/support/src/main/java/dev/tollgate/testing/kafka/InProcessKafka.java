package dev.tollgate.testing.kafka;

import dev.tollgate.testing.net.Ports;
import dev.tollgate.testing.process.ExitActions;
import dev.tollgate.testing.process.TemporaryFolders;
import java.nio.file.Path;
import java.time.Duration;

/// The shared broker, in this JVM, on data that is thrown away.
final class InProcessKafka implements KafkaServer {

    private static final String FOLDER_PREFIX = "tollgate-kafka-broker-";

    /// It is never killed, and shares its JVM with tests that may starve it.
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(9);

    private static final int PORT_ATTEMPTS_MAX = 5;

    private final Broker broker;
    private final Path folder;
    private final int port;
    private boolean closed;

    private InProcessKafka(Broker broker, Path folder, int port) {
        this.broker = broker;
        this.folder = folder;
        this.port = port;
    }

    static KafkaServer start() {
        QuietLogs.apply();
        TemporaryFolders.leftOver(FOLDER_PREFIX).forEach(TemporaryFolders::delete);
        Path folder = TemporaryFolders.create(FOLDER_PREFIX);
        for (int attempt = 1; ; attempt++) {
            int port = Ports.free();
            try {
                Broker broker = Broker.start(folder.resolve("data-" + attempt), port, SESSION_TIMEOUT);
                var server = new InProcessKafka(broker, folder, port);
                ExitActions.register("stop Kafka in " + folder, server::close);
                return server;
            } catch (RuntimeException failed) {
                if (Ports.isFree(port) || attempt == PORT_ATTEMPTS_MAX) {
                    throw failed;
                }
            }
        }
    }

    @Override
    public String bootstrapServers() {
        return "127.0.0.1:" + port;
    }

    @Override
    public synchronized boolean isRunning() {
        return !closed;
    }

    @Override
    public long pid() {
        throw notOffered("pid");
    }

    @Override
    public void kill9() {
        throw notOffered("kill9");
    }

    @Override
    public void pause() {
        throw notOffered("pause");
    }

    @Override
    public void resume() {
        throw notOffered("resume");
    }

    @Override
    public void restart() {
        throw notOffered("restart");
    }

    @Override
    public String logTail(int lines) {
        throw notOffered("logTail");
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            broker.close();
            TemporaryFolders.delete(folder);
        }
    }

    private static UnsupportedOperationException notOffered(String operation) {
        return new UnsupportedOperationException(operation + " is not offered for the shared broker inside this JVM;"
                + " start one of the test's own with KafkaServer.startProcess");
    }
}
