package dev.tollgate.testing.kafka;

import dev.tollgate.testing.TestServers;
import org.jspecify.annotations.Nullable;

/// The one broker of this JVM.
final class SharedKafka {

    private static @Nullable KafkaServer server;
    private static @Nullable RuntimeException failure;

    private SharedKafka() {}

    /// Starts it if need be. A failed start is remembered: every test says the same at once.
    static synchronized KafkaServer get() {
        if (failure != null) {
            throw new IllegalStateException("the shared Kafka did not start", failure);
        }
        if (server == null) {
            try {
                server = start(TestServers.chosen());
            } catch (RuntimeException failed) {
                failure = failed;
                throw failed;
            }
        }
        return server;
    }

    static KafkaServer start(TestServers choice) {
        return switch (choice) {
            case EMBEDDED -> InProcessKafka.start();
            case TESTCONTAINERS -> ContainerKafka.start();
        };
    }
}
