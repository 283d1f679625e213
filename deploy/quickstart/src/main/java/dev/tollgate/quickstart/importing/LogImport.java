package dev.tollgate.quickstart.importing;

import dev.tollgate.quickstart.Secrets;
import dev.tollgate.quickstart.Settlement;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.testing.process.Classpaths;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import javax.sql.DataSource;

/// Runs the importer of `metrics-ingest` against a running stack, waits until its events are stored and folded, and
/// shows what came of it.
public final class LogImport {

    private static final Duration SETTLE_WITHIN = Duration.ofMinutes(10);
    private static final String MAIN = "dev.tollgate.ingest.ImportApplication";

    private final Path root;
    private final StackPorts ports;
    private final String databaseUrl;
    private final DataSource database;
    private final Secrets secrets;
    private final InstantSource clock;

    /// @param database a role that sees every tenant
    public LogImport(
            Path root,
            StackPorts ports,
            String databaseUrl,
            DataSource database,
            Secrets secrets,
            InstantSource clock) {
        this.root = root;
        this.ports = ports;
        this.databaseUrl = databaseUrl;
        this.database = database;
        this.secrets = secrets;
        this.clock = clock;
    }

    /// @param options `--tenant` and `--plan` as the importer takes them
    /// @return the exit code: 0, or the importer's own when it refused
    public int run(Path file, List<String> options) throws IOException, InterruptedException {
        Process importer = start(file, options);
        String output = new String(importer.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        int exitCode = importer.waitFor();
        if (exitCode != 0) {
            return exitCode;
        }
        ImportResult result = ImportResult.parse(output);
        System.err.println("  storing and folding ...");
        Settlement.Pending pending = Settlement.ofIntake(
                        database,
                        clock,
                        result.tenants().stream()
                                .map(ImportResult.TenantCounts::tenantId)
                                .toList())
                .await(SETTLE_WITHIN);
        if (!pending.isNone()) {
            System.err.println("  not finished within " + SETTLE_WITHIN.toMinutes() + " minutes: " + pending);
            return 1;
        }
        MonthCosts costs =
                new MonthCosts(URI.create("http://127.0.0.1:" + ports.billing()), secrets.apiKey("operator"));
        new ImportReport(result, costs.of(result.months()))
                .print(
                        System.out,
                        count("tenant_metrics_raw", "count(*)", result),
                        count("tenant_metrics_hourly", "sum(event_count)", result));
        return 0;
    }

    private Process start(Path file, List<String> options) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                Classpaths.ofModule(root.resolve("metrics-ingest")).stream()
                        .map(Path::toString)
                        .collect(Collectors.joining(File.pathSeparator)),
                MAIN,
                "--file",
                file.toString()));
        command.addAll(options);
        ProcessBuilder builder = new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().put("TOLLGATE_INGEST_DATABASE_URL", databaseUrl);
        builder.environment().put("TOLLGATE_INGEST_DATABASE_USER", "tollgate_ingest");
        return builder.start();
    }

    private long count(String table, String what, ImportResult result) {
        try (Connection connection = database.getConnection();
                PreparedStatement statement = connection.prepareStatement(
                        "SELECT coalesce(" + what + ", 0) FROM " + table + " WHERE tenant_id = ANY (?)")) {
            statement.setArray(
                    1,
                    connection.createArrayOf(
                            "text",
                            result.tenants().stream()
                                    .map(ImportResult.TenantCounts::tenantId)
                                    .toArray()));
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot count " + table, failed);
        }
    }
}
