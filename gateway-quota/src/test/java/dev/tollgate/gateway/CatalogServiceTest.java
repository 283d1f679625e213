package dev.tollgate.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.management.Readiness;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.gateway.tenant.file.CatalogSnapshot;
import dev.tollgate.gateway.tenant.file.SnapshotKeeper;
import dev.tollgate.gateway.tenant.postgres.PostgresTenantDirectory;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.net.FaultProxy;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.Objects;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// How a gateway comes to know its tenants, before a real database that comes and goes.
class CatalogServiceTest {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(3);
    private static final Duration SOON = Duration.ofSeconds(10);
    private static final String UNKNOWN_KEY = "tg_000000000000_00000000000000000000000000000000";

    private final GatewayDatabase database = GatewayDatabase.create();
    private final URI server = URI.create(database.url().substring("jdbc:".length()));
    private final FaultProxy network = FaultProxy.to(server.getHost(), server.getPort());
    private final ApiKey.Presented key = ApiKey.generate(RandomGenerator.getDefault());
    private final Path folder;

    CatalogServiceTest(@TempDir Path folder) throws SQLException {
        this.folder = folder;
        database.register("acme", 10, 100, 1_000, 10_000);
        database.execute(
                "INSERT INTO api_keys (key_id, tenant_id, secret_hash, created_by) VALUES ('%s', 'acme', '\\x%s', 'test')"
                        .formatted(key.id(), HexFormat.of().formatHex(key.hash())));
    }

    @AfterEach
    void close() {
        network.close();
    }

    /// One process' worth of it, whose wall clock is off.
    private final class Process implements AutoCloseable {

        private final HikariDataSource pool = new HikariDataSource();
        private final LedgerClock clock;
        private final CatalogService service;
        private final Readiness readiness = new Readiness();

        Process(Duration wallClockAhead) {
            InstantSource wallClock = () -> InstantSource.system().instant().plus(wallClockAhead);
            String url = "jdbc:postgresql://127.0.0.1:" + network.port() + server.getPath();
            pool.setJdbcUrl(url);
            pool.setUsername(GatewayDatabase.GATEWAY_ROLE);
            pool.setConnectionTimeout(1_000);
            pool.setInitializationFailTimeout(-1);
            clock = new LedgerClock(wallClock, System::nanoTime);
            CatalogSnapshot snapshot = new CatalogSnapshot(folder);
            SnapshotKeeper keeper = new SnapshotKeeper(snapshot, clock::offsetMs, System::nanoTime);
            service = new CatalogService(
                    new DatabaseGreeting(pool, clock, System::nanoTime),
                    new PostgresTenantDirectory(
                            url, GatewayDatabase.GATEWAY_ROLE, null, clock::epochMs, System::nanoTime, keeper),
                    snapshot,
                    keeper,
                    clock);
            service.describe(readiness);
        }

        TenantLookup find(String presented) {
            return service.tenants().find(presented);
        }

        String state(String name) {
            Readiness.State state =
                    Objects.requireNonNull(readiness.snapshot().states().get(name));
            return (state.good() ? "good " : "bad ") + state.detail();
        }

        @Override
        public void close() {
            service.stop();
            pool.close();
        }
    }

    @Test
    void withoutTheDatabaseTheSnapshotServesUntilItIsBack() throws SQLException {
        Duration hourAhead = Duration.ofHours(1);
        try (Process first = new Process(hourAhead)) {
            first.service.start(START_TIMEOUT);
            assertThat(first.state("tenants")).matches("good revision [0-9]+");
        }
        network.blackhole();
        database.setLimits("acme", 10, 100, 7, 10_000);
        try (Process second = new Process(hourAhead)) {
            long startedNanos = System.nanoTime();
            second.service.start(START_TIMEOUT);
            assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Duration.ofSeconds(4));
            assertThat(limitPerDay(second.find(key.text()))).isEqualTo(1_000);
            assertThat(second.find(UNKNOWN_KEY)).isInstanceOf(TenantLookup.Unknown.class);
            assertThat(second.state("tenants")).matches("good revision [0-9]+ from snapshot");
            assertThat(second.state("schema")).startsWith("good unknown");
            assertThat(second.clock.epochMs())
                    .isCloseTo(System.currentTimeMillis(), org.assertj.core.data.Offset.offset(1_500L));

            network.pass();
            Await.until("the database's limits are known", SOON, () -> limitPerDay(second.find(key.text())) == 7);
            Await.until(
                    "the schema is known", SOON, () -> second.state("schema").equals("good current"));
            assertThat(second.state("tenants")).matches("good revision [0-9]+");
        }
    }

    @Test
    void aDamagedSnapshotIsAsGoodAsNone() throws Exception {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("catalog.snapshot"), "TGCS but not a catalog");
        network.reset();
        try (Process process = new Process(Duration.ZERO)) {
            assertThatThrownBy(() -> process.service.start(Duration.ofMillis(300)))
                    .isInstanceOf(SQLException.class)
                    .hasMessageContaining("tollgate.gateway.start-timeout");
        }
    }

    @Test
    void anOlderSchemaStopsTheStart() throws SQLException {
        database.execute("DELETE FROM " + historyTable() + " WHERE version = '7'");
        try (Process process = new Process(Duration.ZERO)) {
            assertThatThrownBy(() -> process.service.start(START_TIMEOUT)).hasMessageContaining("V7__quotas.sql");
            assertThat(process.state("schema")).startsWith("bad older");
        }
    }

    private String historyTable() throws SQLException {
        return database.text("SELECT table_schema || '.' || table_name FROM information_schema.tables "
                + "WHERE table_name LIKE '%history%'");
    }

    private static long limitPerDay(TenantLookup lookup) {
        return switch (lookup) {
            case TenantLookup.Found found -> found.tenant().policy().requestsPerDay();
            case TenantLookup.Unknown unknown -> throw new AssertionError(unknown.reason());
            case TenantLookup.Suspended suspended -> throw new AssertionError(suspended.tenantId());
        };
    }
}
