package dev.tollgate.testing.postgres;

import dev.tollgate.testing.TestServers;
import dev.tollgate.testing.process.ExitActions;
import dev.tollgate.testing.process.TemporaryFolders;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// The one server of this JVM, tuned to be quick rather than durable.
final class SharedPostgres {

    private static @Nullable PostgresServer server;
    private static @Nullable RuntimeException failure;

    private SharedPostgres() {}

    /// Starts it if need be. A failed start is remembered: every test says the same at once.
    static synchronized PostgresServer get() {
        if (failure != null) {
            throw new IllegalStateException("the shared PostgreSQL did not start", failure);
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

    static PostgresServer start(TestServers choice) {
        return switch (choice) {
            case EMBEDDED -> startEmbedded();
            case TESTCONTAINERS -> ContainerPostgres.start();
        };
    }

    private static PostgresServer startEmbedded() {
        LeftOverServers.sweep();
        Map<String, String> quick = Map.of("full_page_writes", "off", "autovacuum_naptime", "10s");
        Path folder = TemporaryFolders.create(LeftOverServers.FOLDER_PREFIX);
        // Registered before the server, so it runs after the server has stopped.
        ExitActions.register("delete " + folder, () -> TemporaryFolders.delete(folder));
        return LocalPostgres.start(new PostgresServer.Options(folder.resolve("data"), 0, false, quick, false));
    }
}
