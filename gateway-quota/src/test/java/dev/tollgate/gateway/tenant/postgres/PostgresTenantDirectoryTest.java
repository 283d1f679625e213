package dev.tollgate.gateway.tenant.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.postgres.GatewayDatabase;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.StorageState;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.net.FaultProxy;
import java.net.URI;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/// The directory over a real database.
final class PostgresTenantDirectoryTest {

    private static final Duration CHANGE_TIME = Duration.ofSeconds(2);
    private static final Duration REVOCATION_TIME = Duration.ofSeconds(5);
    private static final RandomGenerator RANDOM = RandomGenerator.getDefault();

    private final GatewayDatabase database = GatewayDatabase.create();
    private final AtomicReference<StorageState> kept = new AtomicReference<>(StorageState.EMPTY);
    private final AtomicLong nowMs = new AtomicLong(System.currentTimeMillis());
    private final PostgresTenantDirectory directory = new PostgresTenantDirectory(
            database.url(),
            GatewayDatabase.GATEWAY_ROLE,
            null,
            nowMs::get,
            System::nanoTime,
            (catalog, storage) -> kept.set(storage));
    private final ApiKey.Presented key = ApiKey.generate(RANDOM);

    @BeforeEach
    void start() throws SQLException {
        database.register("acme", 10, 100, 1_000, 10_000);
        insert(key, "acme", "{traffic}", null);
        directory.start();
        Await.until("the catalog is loaded", CHANGE_TIME, directory::isLoaded);
    }

    @AfterEach
    void close() {
        directory.close();
    }

    @Test
    void findsATenantByItsKeyWithItsLimits() {
        assertThat(directory.find(key.text())).isInstanceOfSatisfying(TenantLookup.Found.class, found -> {
            assertThat(found.keyId()).isEqualTo(key.id());
            assertThat(found.tenant().tenantId()).isEqualTo("acme");
            assertThat(found.tenant().policy().requestsPerDay()).isEqualTo(1_000);
        });
    }

    @Test
    void aWrongSecretOrAnUnknownOrMalformedKeyIsUnknown() {
        ApiKey.Presented other = ApiKey.generate(RANDOM);

        assertThat(directory.find(new ApiKey.Presented(key.id(), other.secret()).text()))
                .isInstanceOf(TenantLookup.Unknown.class);
        assertThat(directory.find(other.text())).isInstanceOf(TenantLookup.Unknown.class);
        assertThat(directory.find("tg_nothing")).isInstanceOf(TenantLookup.Unknown.class);
        assertThat(directory.find("")).isInstanceOf(TenantLookup.Unknown.class);
    }

    @Test
    void aKeyOfAnotherScopeOrAnExpiredOneIsUnknown() throws SQLException {
        ApiKey.Presented reader = ApiKey.generate(RANDOM);
        ApiKey.Presented expiring = ApiKey.generate(RANDOM);
        insert(reader, "acme", "{usage:read}", null);
        insert(expiring, "acme", "{traffic}", nowMs.get() + 60_000);
        Await.until(
                "the keys are known", CHANGE_TIME, () -> directory.find(expiring.text()) instanceof TenantLookup.Found);
        nowMs.addAndGet(60_000);

        assertThat(directory.find(expiring.text())).isInstanceOf(TenantLookup.Unknown.class);
        assertThat(directory.find(reader.text()))
                .isInstanceOfSatisfying(
                        TenantLookup.Unknown.class,
                        unknown ->
                                assertThat(unknown.reason()).contains("scope").doesNotContain(reader.secret()));
    }

    @Test
    void changedLimitsAreKnownSoon() throws SQLException {
        database.setLimits("acme", 10, 100, 7, 10_000);

        Await.until(
                "the new limit is known", CHANGE_TIME, () -> tenant().policy().requestsPerDay() == 7);
    }

    @Test
    void limitsThatComeIntoForceByTheCalendarAreKnownSoon() throws SQLException {
        database.execute("SELECT tollgate.set_quotas('acme', 'free', '{\"requests_per_day\": 9}', "
                + "clock_timestamp() + interval '700 ms', 'test')");
        Await.until(
                "the row is in force",
                Duration.ofSeconds(5),
                () -> database.number(
                                "SELECT count(*) FROM tenant_quotas WHERE requests_per_day = 9 AND valid_period @> now()")
                        == 1);

        Await.until(
                "the new limit is known", CHANGE_TIME, () -> tenant().policy().requestsPerDay() == 9);
    }

    @Test
    void aRevokedKeyIsRefusedAndASuspendedTenantNamed() throws SQLException {
        ApiKey.Presented second = ApiKey.generate(RANDOM);
        insert(second, "acme", "{traffic}", null);
        Await.until("both keys live", CHANGE_TIME, () -> directory.find(second.text()) instanceof TenantLookup.Found);

        database.execute("UPDATE api_keys SET revoked_at = now() WHERE key_id = '" + key.id() + "'");
        Await.until(
                "the key is refused",
                REVOCATION_TIME,
                () -> directory.find(key.text()) instanceof TenantLookup.Unknown);

        database.execute("UPDATE tenants SET status = 'suspended' WHERE tenant_id = 'acme'");
        Await.until(
                "the tenant is suspended",
                REVOCATION_TIME,
                () -> directory.find(second.text()) instanceof TenantLookup.Suspended(var tenantId)
                        && tenantId.equals("acme"));
    }

    @Test
    void learnsOfChangesAlsoAfterItsConnectionBroke() throws SQLException {
        database.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                + "WHERE application_name = 'tollgate-gateway-directory' AND datname = current_database()");
        database.setLimits("acme", 10, 100, 8, 10_000);

        assertThat(directory.find(key.text())).isInstanceOf(TenantLookup.Found.class);
        Await.until(
                "the new limit is known",
                Duration.ofSeconds(10),
                () -> tenant().policy().requestsPerDay() == 8);
    }

    @Test
    void aKeyRevokedWhileTheConnectionHangsIsRefusedInTime() throws SQLException {
        URI server = URI.create(database.url().substring("jdbc:".length()));
        try (FaultProxy network = FaultProxy.to(server.getHost(), server.getPort());
                PostgresTenantDirectory behind = new PostgresTenantDirectory(
                        "jdbc:postgresql://127.0.0.1:" + network.port() + server.getPath(),
                        GatewayDatabase.GATEWAY_ROLE,
                        null,
                        nowMs::get,
                        System::nanoTime,
                        (catalog, storage) -> {})) {
            behind.start();
            Await.until("the catalog is loaded", CHANGE_TIME, behind::isLoaded);
            long connections = network.acceptedCount();
            network.blackhole();
            database.execute("UPDATE api_keys SET revoked_at = now() WHERE key_id = '" + key.id() + "'");
            Await.until("the connection is given up", REVOCATION_TIME, () -> network.acceptedCount() > connections);
            network.pass();
            Await.until(
                    "the key is refused",
                    REVOCATION_TIME.minusSeconds(3),
                    () -> behind.find(key.text()) instanceof TenantLookup.Unknown);
        }
    }

    @Test
    void aLostNotificationIsMadeUpForByThePoll() throws SQLException {
        database.execute("CREATE OR REPLACE FUNCTION tollgate.announce_catalog_change() RETURNS trigger "
                + "LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, public, pg_temp AS "
                + "'BEGIN UPDATE catalog_revision SET revision = revision + 1; RETURN NULL; END'");
        database.setLimits("acme", 10, 100, 6, 10_000);

        Await.until(
                "the new limit is known", CHANGE_TIME, () -> tenant().policy().requestsPerDay() == 6);
    }

    @Test
    void routePoliciesAreDefaultsUnlessTheTenantHasItsOwn() throws SQLException {
        ApiKey.Presented plain = ApiKey.generate(RANDOM);
        database.register("plain", 10, 100, 1_000, 10_000);
        insert(plain, "plain", "{traffic}", null);
        database.execute("SELECT tollgate.set_route_policy('search', '{\"requests_per_minute\": 5}', 'test'), "
                + "tollgate.set_route_policy('export', '{\"requests_per_day\": 9}', 'test'), "
                + "tollgate.set_tenant_route_policy('acme', 'search', '{\"requests_per_hour\": 70}', 'test')");
        Await.until(
                "the policies are known",
                CHANGE_TIME,
                () -> tenant().routePolicies().size() == 2
                        && routePolicy(tenant(), "search").requestsPerHour() == 70);

        assertThat(routePolicy(tenant(), "search").requestsPerMinute()).isEqualTo(QuotaPolicy.UNLIMITED);
        assertThat(routePolicy(tenant(plain), "search").requestsPerMinute()).isEqualTo(5);
        assertThat(routePolicy(tenant(plain), "export")).isSameAs(routePolicy(tenant(), "export"));

        Tenant before = tenant(plain);
        database.execute("SELECT tollgate.set_tenant_route_policy('acme', 'search', NULL, 'test')");
        Await.until(
                "the default is back",
                CHANGE_TIME,
                () -> routePolicy(tenant(), "search").requestsPerMinute() == 5);
        assertThat(tenant().routePolicies()).isSameAs(before.routePolicies());
        assertThat(tenant(plain)).isSameAs(before);
    }

    @Test
    void aTenantThatHasReachedItsStorageIsKnownUntilItsLimitIsRaised() throws SQLException {
        database.execute("INSERT INTO tenant_storage (tenant_id, hour_bucket, storage_bytes) "
                + "VALUES ('acme', date_trunc('hour', now()), 1000000000), ('other', date_trunc('hour', now()), 1)");
        Await.until(
                "the full storage is known",
                Duration.ofSeconds(5),
                () -> directory.storedBytes(tenant()) == 1_000_000_000);
        assertThat(kept.get().bytesByTenant()).containsOnlyKeys("acme");

        database.execute(
                "SELECT tollgate.set_quotas('acme', 'free', '{\"db_storage_mb\": 1001}', clock_timestamp(), 'test')");
        Await.until(
                "the tenant may write again",
                CHANGE_TIME,
                () -> directory.storedBytes(tenant()) == StorageUsage.WITHIN_LIMIT);
    }

    private static QuotaPolicy routePolicy(Tenant tenant, String name) {
        return Objects.requireNonNull(tenant.routePolicies().get(name));
    }

    private Tenant tenant() {
        return tenant(key);
    }

    private Tenant tenant(ApiKey.Presented presented) {
        return switch (directory.find(presented.text())) {
            case TenantLookup.Found found -> found.tenant();
            case TenantLookup.Unknown unknown -> throw new AssertionError(unknown.reason());
            case TenantLookup.Suspended suspended -> throw new AssertionError(suspended.tenantId());
        };
    }

    private void insert(
            ApiKey.Presented presented,
            String tenantId,
            String scopes,
            @org.jspecify.annotations.Nullable Long expiresMs)
            throws SQLException {
        try (Connection connection = database.connect();
                PreparedStatement insert = connection.prepareStatement(
                        "INSERT INTO api_keys (key_id, tenant_id, scopes, secret_hash, created_by, expires_at) "
                                + "VALUES (?, ?, ?::text[], ?, 'test', to_timestamp(?::double precision / 1000))")) {
            insert.setString(1, presented.id());
            insert.setString(2, tenantId);
            insert.setString(3, scopes);
            insert.setBytes(4, presented.hash());
            insert.setObject(5, expiresMs);
            insert.execute();
        }
    }
}
