package dev.tollgate.quickstart;

import dev.tollgate.testing.process.PidFile;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.Properties;

/// Says where the stack of a state folder can be reached while it runs, so that another command finds it.
///
/// @param ports the stack's ports
/// @param databaseUrl JDBC, superuser `postgres` without a password
public record RunningFile(StackPorts ports, String databaseUrl, String bootstrapServers) {

    private static final String ADDRESSES = "running.properties";
    private static final String PID = "pids/up.pid";

    /// What runs on a state folder; empty when nothing does.
    public static Optional<RunningFile> find(Path state) {
        boolean alive =
                PidFile.read(state.resolve(PID)).flatMap(PidFile::running).isPresent();
        Path file = state.resolve(ADDRESSES);
        if (!alive || !Files.exists(file)) {
            return Optional.empty();
        }
        Properties values = new Properties();
        try (InputStream in = Files.newInputStream(file)) {
            values.load(in);
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot read " + file, failed);
        }
        StackPorts ports = new StackPorts(
                port(values, "gateway"),
                port(values, "gatewayManagement"),
                port(values, "gatewayAdmin"),
                port(values, "ingest"),
                port(values, "aggregator"),
                port(values, "billing"),
                port(values, "console"),
                port(values, "sampleApi"),
                port(values, "postgres"),
                port(values, "kafka"));
        return Optional.of(
                new RunningFile(ports, values.getProperty("databaseUrl"), values.getProperty("bootstrapServers")));
    }

    /// Tells others that the stack is ready.
    public void write(Path state) {
        Properties values = new Properties();
        values.setProperty("gateway", Integer.toString(ports.gateway()));
        values.setProperty("gatewayManagement", Integer.toString(ports.gatewayManagement()));
        values.setProperty("gatewayAdmin", Integer.toString(ports.gatewayAdmin()));
        values.setProperty("ingest", Integer.toString(ports.ingest()));
        values.setProperty("aggregator", Integer.toString(ports.aggregator()));
        values.setProperty("billing", Integer.toString(ports.billing()));
        values.setProperty("console", Integer.toString(ports.console()));
        values.setProperty("sampleApi", Integer.toString(ports.sampleApi()));
        values.setProperty("postgres", Integer.toString(ports.postgres()));
        values.setProperty("kafka", Integer.toString(ports.kafka()));
        values.setProperty("databaseUrl", databaseUrl);
        values.setProperty("bootstrapServers", bootstrapServers);
        try (OutputStream out = Files.newOutputStream(state.resolve(ADDRESSES))) {
            PidFile.ofThisProcess().write(state.resolve(PID));
            values.store(out, "A running Tollgate");
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot write to " + state, failed);
        }
    }

    /// The stack has stopped.
    public static void remove(Path state) {
        try {
            Files.deleteIfExists(state.resolve(ADDRESSES));
            Files.deleteIfExists(state.resolve(PID));
        } catch (IOException failed) {
            throw new UncheckedIOException("cannot clean up " + state, failed);
        }
    }

    private static int port(Properties values, String name) {
        return Integer.parseInt(values.getProperty(name));
    }
}
