package dev.tollgate.system;

import dev.tollgate.quickstart.Progress;
import dev.tollgate.quickstart.Service;
import dev.tollgate.quickstart.Stack;
import dev.tollgate.quickstart.StackOptions;
import dev.tollgate.quickstart.StackPorts;
import dev.tollgate.quickstart.StateFolder;
import dev.tollgate.quickstart.StateLock;
import dev.tollgate.quickstart.sample.SampleApi;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.testing.process.ExitActions;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Set;

/// One running Tollgate for all system tests of this JVM, with a sample API behind its gateway. Each test brings
/// tenants of its own and leaves every process running.
final class TestStack {

    private static final Set<Service> SERVICES =
            EnumSet.of(Service.GATEWAY, Service.INGEST, Service.AGGREGATOR, Service.BILLING);

    private static final class Holder {
        private static final TestStack STACK = new TestStack();
    }

    private final StackPorts ports = StackPorts.free();
    private final Stack stack;

    private TestStack() {
        Path root = projectRoot();
        Path state = root.resolve("testing/system/target/state");
        StateLock lock = StateLock.take(state).orElseThrow();
        StateFolder.clear(state);
        SampleApi api = SampleApi.start(ports.sampleApi());
        stack = Stack.startServers(
                StackOptions.everything(root, state)
                        .withPorts(ports)
                        .withServices(SERVICES)
                        .withDurable(false),
                new Progress(System.out));
        stack.startServices(new Progress(System.out));
        ExitActions.register("stop the stack", () -> {
            stack.close();
            api.close();
            lock.close();
        });
    }

    static TestStack running() {
        return Holder.STACK;
    }

    Stack stack() {
        return stack;
    }

    URI gateway() {
        return URI.create("http://127.0.0.1:" + ports.gateway());
    }

    URI billing() {
        return URI.create("http://127.0.0.1:" + ports.billing());
    }

    String operatorKey() {
        return stack.secrets().apiKey("operator");
    }

    /// Registers a tenant with a plan from a local day on and returns a key for its traffic. Its time zone is one where
    /// it is about noon, so that no calendar quota turns over during a test.
    ///
    /// @param overrides limits other than the plan's, as a JSON object of `tenant_quotas` columns
    String registerTenant(String tenantId, String planId, String overrides, LocalDate from) throws SQLException {
        ApiKey.Presented key = ApiKey.generate(new SecureRandom());
        try (Connection connection = stack.database().getConnection();
                PreparedStatement register = connection.prepareStatement(
                        "SELECT tollgate.register_tenant(?, ?, ?, ?, ?, ?::jsonb, 'system-test')");
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO api_keys (key_id, tenant_id, secret_hash, created_by) VALUES (?, ?, ?, 'system-test')")) {
            register.setString(1, tenantId);
            register.setString(2, tenantId);
            register.setString(3, zoneAtNoon());
            register.setString(4, planId);
            register.setObject(5, from);
            register.setString(6, overrides);
            register.execute();
            insert.setString(1, key.id());
            insert.setString(2, tenantId);
            insert.setBytes(3, key.hash());
            insert.executeUpdate();
        }
        return key.text();
    }

    private static String zoneAtNoon() {
        int hour = LocalTime.now(ZoneOffset.UTC).getHour();
        // Etc/GMT-3 is three hours ahead of UTC.
        int ahead = 12 - hour;
        return ahead == 0 ? "UTC" : "Etc/GMT" + (ahead > 0 ? "-" + ahead : "+" + -ahead);
    }

    /// A number that a query with one tenant parameter answers.
    long number(String sql, String tenantId) {
        try (Connection connection = stack.database().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setString(1, tenantId);
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot ask the database: " + sql, failed);
        }
    }

    /// The folder with the Maven wrapper, above the module in which the tests run.
    static Path projectRoot() {
        Path folder = Path.of("").toAbsolutePath();
        while (!folder.resolve("mvnw").toFile().exists()) {
            folder = folder.getParent();
            if (folder == null) {
                throw new IllegalStateException("no mvnw above " + Path.of("").toAbsolutePath());
            }
        }
        return folder;
    }
}
