package dev.tollgate.testing.kafka;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;

/// A broker as a process of its own: `KafkaMain <data directory> <client port> <ready file>`. Writes its process id to
/// the ready file once it answers clients; SIGTERM shuts it down cleanly.
public final class KafkaMain {

    /// Short, so that a broker that was killed is soon back.
    private static final Duration SESSION_TIMEOUT = Duration.ofSeconds(3);

    private KafkaMain() {}

    public static void main(String[] arguments) {
        try {
            run(Path.of(arguments[0]), Integer.parseInt(arguments[1]), Path.of(arguments[2]));
        } catch (IOException | RuntimeException failed) {
            failed.printStackTrace();
            // The broker's threads would keep a broken process alive.
            System.exit(1);
        }
    }

    private static void run(Path data, int port, Path readyFile) throws IOException {
        QuietLogs.apply();
        Broker broker = Broker.start(data, port, SESSION_TIMEOUT);
        Runtime.getRuntime().addShutdownHook(new Thread(broker::close, "shutdown"));
        Files.writeString(readyFile, Long.toString(ProcessHandle.current().pid()));
        broker.awaitEnd();
    }
}
