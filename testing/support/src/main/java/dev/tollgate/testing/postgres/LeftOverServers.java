package dev.tollgate.testing.postgres;

import dev.tollgate.testing.process.TemporaryFolders;
import java.nio.file.Path;

/// Ends the shared servers of test JVMs that were killed, and deletes their data.
final class LeftOverServers {

    static final String FOLDER_PREFIX = "tollgate-postgres-server-";

    private LeftOverServers() {}

    static void sweep() {
        for (Path folder : TemporaryFolders.leftOver(FOLDER_PREFIX)) {
            ServerProcesses.of(folder.resolve("data")).kill();
            TemporaryFolders.delete(folder);
        }
    }
}
