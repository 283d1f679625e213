package dev.tollgate.ingest.testing;

import dev.tollgate.ingest.IngestApplication;
import dev.tollgate.testing.kafka.KafkaServer;
import dev.tollgate.testing.process.Classpaths;
import dev.tollgate.testing.process.ServiceLauncher;
import dev.tollgate.testing.process.ServiceProcess;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/// Instances of the service as processes of their own, which share one group and one database.
public final class IngestProcesses implements AutoCloseable {

    /// The shortest that the broker allows: a member that is silent for so long loses its partitions.
    private static final int SESSION_MS = 6_000;

    private final TestDatabase database;
    private final Path folder;
    private final List<ServiceProcess> started = new ArrayList<>();

    /// @param folder for logs
    public IngestProcesses(TestDatabase database, Path folder) {
        this.database = database;
        this.folder = folder;
    }

    public ServiceProcess start(String name) {
        return start(name, Map.of());
    }

    /// Returns before the instance is ready. It has one consumer, so one session in the database.
    ///
    /// @param environment variables beyond those of this JVM
    public ServiceProcess start(String name, Map<String, String> environment, String... arguments) {
        ServiceProcess process = ServiceLauncher.of(name)
                .mainClass(IngestApplication.class.getName())
                .classpath(Classpaths.current())
                .smallJvm("128m")
                .arguments(
                        "--server.port=0",
                        "--tollgate.ingest.database.url=" + database.url(),
                        "--tollgate.ingest.database.user=tollgate_ingest",
                        "--tollgate.ingest.kafka.bootstrap-servers="
                                + KafkaServer.shared().bootstrapServers(),
                        "--tollgate.ingest.kafka.properties[session.timeout.ms]=" + SESSION_MS,
                        "--tollgate.ingest.kafka.properties[heartbeat.interval.ms]=" + SESSION_MS / 6,
                        "--tollgate.ingest.consumers=1",
                        "--tollgate.ingest.group-id=" + database.name())
                .arguments(arguments)
                .environment(environment)
                .logFile(folder.resolve(name + ".log"))
                .start();
        started.add(process);
        return process;
    }

    @Override
    public void close() {
        started.forEach(ServiceProcess::close);
    }
}
