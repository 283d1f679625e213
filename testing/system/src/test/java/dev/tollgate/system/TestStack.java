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
import dev.tollgate.testing.Await;
import dev.tollgate.testing.process.ExitActions;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalTime;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/// One running Tollgate for all system tests of this JVM, with a sample API behind its gateway. Each test brings
/// tenants of its own and leaves every process running.
final class TestStack {

    private static final Set<Service> SERVICES =
            EnumSet.of(Service.GATEWAY, Service.INGEST, Service.AGGREGATOR, Service.BILLING);

    private static final Duration KNOWN_WITHIN = Duration.ofSeconds(30);

    private static final class Holder {
        private static final TestStack STACK = new TestStack();
    }

    private final StackPorts ports = StackPorts.free();
    private final Map<FurtherGateway, FurtherGateway.Running> furtherGateways = new ConcurrentHashMap<>();
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

    /// One of the further gateways; started by the first call, and again when a test has left it dead.
    FurtherGateway.Running gateway(FurtherGateway which) {
        FurtherGateway.Running gateway = furtherGateways.computeIfAbsent(which, each -> each.start(stack));
        return gateway.process().isAlive() ? gateway : gateway.restart().awaitServing();
    }

    URI ingest() {
        return URI.create("http://127.0.0.1:" + ports.ingest());
    }

    URI billing() {
        return URI.create("http://127.0.0.1:" + ports.billing());
    }

    String operatorKey() {
        return stack.secrets().apiKey("operator");
    }

    /// Registers a tenant with a plan from a local day on and returns a key for its traffic that all gateways know. Its
    /// time zone is one where
    /// it is about noon, so that no calendar quota turns over during a test.
    ///
    /// @param overrides limits other than the plan's, as a JSON object of `tenant_quotas` columns; see [#exactly]
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
        awaitKnown(key.text());
        return key.text();
    }

    /// Waits until each running gateway knows the key. A path without a route shows that and takes no token.
    private void awaitKnown(String key) {
        Stream<URI> gateways = Stream.concat(
                Stream.of(gateway()),
                furtherGateways.values().stream()
                        .filter(gateway -> gateway.process().isAlive())
                        .map(FurtherGateway.Running::address));
        gateways.forEach(gateway -> Await.until(gateway + " knows a new key", KNOWN_WITHIN, () -> {
            try (GatewayConnection connection = new GatewayConnection(gateway)) {
                return connection.post("/no-route", key).status() == 404;
            }
        }));
    }

    private static String zoneAtNoon() {
        int hour = LocalTime.now(ZoneOffset.UTC).getHour();
        // Etc/GMT-3 is three hours ahead of UTC.
        int ahead = 12 - hour;
        return ahead == 0 ? "UTC" : "Etc/GMT" + (ahead > 0 ? "-" + ahead : "+" + -ahead);
    }

    /// Overrides of one limit. The policy is `closed`: the limit is exact also when the ledger is late on a busy
    /// machine.
    static String exactly(String column, long limit) {
        return """
                {"%s": %d, "sliding_fallback": "closed", "calendar_fallback": "closed"}""".formatted(column, limit);
    }

    /// Gives a tenant other limits from this moment on.
    ///
    /// @param overrides as in [#registerTenant]
    void setQuotas(String tenantId, String planId, String overrides) {
        number(
                "SELECT count(tollgate.set_quotas(?, '" + planId + "', '" + overrides
                        + "', clock_timestamp(), 'system-test'))",
                tenantId);
    }

    /// What the ledger counts for a tenant in a window.
    ///
    /// @param window `minute`, `hour`, `day` or `month`
    long quotaUsage(String tenantId, String window) {
        return number(
                "SELECT current_value FROM tollgate.quota_usage(?) WHERE policy = '' AND quota_type = 'requests_per_"
                        + window + "'",
                tenantId);
    }

    /// Milliseconds since the epoch by the database's clock.
    long databaseMs() {
        return number("SELECT (extract(epoch FROM clock_timestamp()) * 1000)::bigint");
    }

    /// A number that a query answers.
    long number(String sql, String... parameters) {
        try (Connection connection = stack.database().getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            try (ResultSet row = statement.executeQuery()) {
                row.next();
                return row.getLong(1);
            }
        } catch (SQLException failed) {
            throw new IllegalStateException("cannot ask the database: " + sql, failed);
        }
    }

    /// Runs a statement; returns how many rows it touched.
    int execute(String sql) {
        try (Connection connection = stack.database().getConnection();
                Statement statement = connection.createStatement()) {
            return statement.executeUpdate(sql);
        } catch (SQLException failed) {
            throw new IllegalStateException("the database refuses: " + sql, failed);
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
