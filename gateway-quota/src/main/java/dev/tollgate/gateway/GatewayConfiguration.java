package dev.tollgate.gateway;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.gateway.Gateway.GatewayParts;
import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.file.ReserveFile;
import dev.tollgate.gateway.admission.postgres.PostgresQuotaLedger;
import dev.tollgate.gateway.management.Readiness;
import dev.tollgate.gateway.tenant.file.CatalogSnapshot;
import dev.tollgate.gateway.tenant.file.SnapshotKeeper;
import dev.tollgate.gateway.tenant.postgres.PostgresTenantDirectory;
import dev.tollgate.gateway.token.IssuerKeyring;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.gateway.token.jose.JoseTokenVerifier;
import dev.tollgate.gateway.token.jose.JwkSet;
import dev.tollgate.gateway.violation.ViolationAnnouncer;
import dev.tollgate.gateway.violation.ViolationCounter;
import dev.tollgate.gateway.violation.kafka.KafkaViolationTopic;
import dev.tollgate.gateway.violation.postgres.PostgresViolationOutbox;
import dev.tollgate.gateway.violation.postgres.PostgresViolationStore;
import dev.tollgate.schema.access.strike.StrikePoints;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.util.HexFormat;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/// The gateway's map: what there is and what it is made of. Start and stop are `Gateway`'s.
@Configuration(proxyBeanMethods = false)
class GatewayConfiguration {

    private static final int CONNECTION_TIMEOUT_MS = 2_000;
    private static final int SOCKET_TIMEOUT_SECONDS = 10;

    /// What this machine believes the time to be, until the ledger has told it.
    @Bean
    InstantSource wallClock() {
        return InstantSource.system();
    }

    @Bean(initMethod = "start", destroyMethod = "stop")
    Gateway gateway(GatewayProperties properties, InstantSource wallClock) {
        LongSupplier nanoTime = System::nanoTime;
        LedgerClock clock = new LedgerClock(wallClock, nanoTime);
        CatalogSnapshot snapshot = new CatalogSnapshot(properties.snapshotDirectory());
        SnapshotKeeper keeper = new SnapshotKeeper(snapshot, clock::offsetMs, nanoTime);
        String instance = "gateway-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
        GatewayProperties.Database database = properties.database();
        HikariDataSource pool = pool(database);
        ViolationCounter violations = new ViolationCounter(new PostgresViolationStore(pool, instance), clock::epochMs);
        PostgresQuotaLedger ledger =
                new PostgresQuotaLedger(database.url(), database.user(), database.password(), instance);
        return new Gateway(
                properties,
                new GatewayParts(
                        instance,
                        vertx(properties),
                        pool,
                        clock,
                        new CatalogService(
                                new DatabaseGreeting(pool, clock, nanoTime),
                                new PostgresTenantDirectory(
                                        database.url(),
                                        database.user(),
                                        database.password(),
                                        clock::epochMs,
                                        nanoTime,
                                        keeper),
                                snapshot,
                                keeper,
                                clock),
                        tokens(properties.jwt(), clock, nanoTime),
                        new LeasedQuotaGate(
                                ledger, ledger, clock, nanoTime, new ReserveFile(properties.snapshotDirectory())),
                        ledger,
                        violations,
                        new ViolationAnnouncer(
                                new PostgresViolationOutbox(pool),
                                new KafkaViolationTopic(properties.kafka().clientProperties())),
                        new AdminService(properties),
                        new Readiness(),
                        metrics(),
                        StrikePoints.fromEnvironment(System.getenv()),
                        nanoTime));
    }

    private static Vertx vertx(GatewayProperties properties) {
        return Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(properties.eventLoopCount())
                .setPreferNativeTransport(true));
    }

    /// Null when no issuer is set: only API keys are accepted then.
    private static @Nullable Tokens tokens(JwtSetting jwt, LedgerClock clock, LongSupplier nanoTime) {
        if (!jwt.isOn()) {
            return null;
        }
        return new Tokens(
                new JoseTokenVerifier(jwt.rules()),
                new IssuerKeyring(jwt.keyDocument(), new JwkSet(), jwt.keysRefresh(), jwt.keysKept(), nanoTime),
                clock::epochMs,
                jwt.passOn());
    }

    private static HikariDataSource pool(GatewayProperties.Database database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("gateway");
        config.setJdbcUrl(database.url());
        config.setUsername(database.user());
        config.setPassword(database.password());
        config.setMaximumPoolSize(database.poolSizeMax());
        config.setMinimumIdle(1);
        config.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        config.setInitializationFailTimeout(-1);
        config.addDataSourceProperty("ApplicationName", "tollgate-gateway");
        config.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_TIMEOUT_SECONDS));
        return new HikariDataSource(config);
    }

    private static PrometheusMeterRegistry metrics() {
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        new JvmMemoryMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        return registry;
    }
}
