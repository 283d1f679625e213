package dev.tollgate.gateway;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.ViolationCounter;
import dev.tollgate.gateway.journal.EventLog;
import dev.tollgate.gateway.journal.LaneStore;
import dev.tollgate.gateway.journal.file.JournalDirectory;
import dev.tollgate.gateway.journal.kafka.KafkaEventLog;
import dev.tollgate.gateway.journal.kafka.UsageTopic;
import dev.tollgate.gateway.journal.postgres.LedgerTime;
import dev.tollgate.gateway.journal.postgres.PostgresSourceRegistry;
import dev.tollgate.gateway.management.Readiness;
import dev.tollgate.gateway.management.vertx.ManagementServer;
import dev.tollgate.gateway.proxy.vertx.ProxyMetrics;
import dev.tollgate.gateway.proxy.vertx.ProxyParts;
import dev.tollgate.gateway.proxy.vertx.ProxyServer;
import dev.tollgate.gateway.tenant.postgres.PostgresTenantDirectory;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.database.SchemaGuard;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway from its start to its end. The order is what matters here: management first, so that a start can be
/// watched; then the schema, the clock, tenants, quotas, the journal; traffic last. The end goes the other way round.
final class Gateway {

    private static final long RETRY_MS = 1_000;
    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private final GatewayProperties properties;
    private final GatewayParts parts;
    private final ProxyServer proxy;
    private volatile @Nullable JournalService journal;
    private volatile boolean schemaCurrent;
    private volatile boolean serving;
    private volatile int managementPort;

    Gateway(GatewayProperties properties, GatewayParts parts) {
        this.properties = properties;
        this.parts = parts;
        this.proxy = new ProxyServer(parts.vertx());
    }

    /// Returns once traffic is served; a start that fails leaves no thread behind.
    void start() throws SQLException {
        try {
            startParts();
        } catch (SQLException | RuntimeException failed) {
            stop();
            throw failed;
        }
    }

    private void startParts() throws SQLException {
        describe(parts.readiness());
        managementPort = new ManagementServer(parts.vertx(), parts.readiness(), parts.metrics())
                .start(properties.host(), properties.managementPort());
        awaitSchema();
        observeClock();
        parts.tenants().start();
        parts.gate().start();
        parts.violations().start();
        JournalService opened = openJournal();
        journal = opened;
        opened.start();
        proxy.start(
                new ProxyParts(
                        properties.proxySettings(),
                        properties.routeTable(),
                        parts.tenants(),
                        parts.gate(),
                        parts.violations(),
                        new ProxyMetrics(parts.metrics()),
                        parts.clock()::epochMs,
                        parts.nanoTime()),
                opened.journal().openLanes(),
                properties.host(),
                properties.port());
        serving = true;
        log.info("the gateway serves on port {}, management on port {}", proxy.port(), managementPort);
    }

    /// A database that is away is waited for; an older schema is refused at once.
    private void awaitSchema() throws SQLException {
        long startedNanos = parts.nanoTime().getAsLong();
        while (true) {
            try {
                SchemaGuard.requireCurrent(parts.database());
                schemaCurrent = true;
                return;
            } catch (SQLException away) {
                if (parts.nanoTime().getAsLong() - startedNanos
                        > properties.startTimeout().toNanos()) {
                    throw away;
                }
                log.warn("waiting for PostgreSQL: {}", away.getMessage());
                pause();
            }
        }
    }

    private static void pause() throws SQLException {
        try {
            TimeUnit.MILLISECONDS.sleep(RETRY_MS);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new SQLException("interrupted while waiting for PostgreSQL", interrupted);
        }
    }

    /// Events must not be stamped with this machine's own idea of the time.
    private void observeClock() throws SQLException {
        long sentNanos = parts.nanoTime().getAsLong();
        long ledgerMs = LedgerTime.read(parts.database());
        parts.clock().observe(ledgerMs, sentNanos, parts.nanoTime().getAsLong());
    }

    private JournalService openJournal() {
        LongSupplier clockMs = parts.clock()::epochMs;
        LaneStore store =
                JournalDirectory.open(properties.journal().settings(), clockMs, new SecureRandom(), parts.strikes());
        Map<String, String> kafka = new HashMap<>(properties.kafka().properties());
        kafka.put("bootstrap.servers", properties.kafka().bootstrapServers());
        EventLog eventLog = new KafkaEventLog(kafka);
        JournalService opened = JournalService.open(
                store,
                new PostgresSourceRegistry(parts.database(), parts.instance()),
                eventLog,
                new UsageTopic(kafka),
                parts.strikes(),
                properties.eventLoopCount(),
                clockMs,
                parts.nanoTime());
        measure(opened);
        return opened;
    }

    private void measure(JournalService opened) {
        Gauge.builder("tollgate.gateway.journal.size", opened, JournalService::bytesUsed)
                .baseUnit("bytes")
                .register(parts.metrics());
        Gauge.builder(
                        "tollgate.gateway.journal.in.flight",
                        opened,
                        each -> each.publisher().inFlightEvents())
                .baseUnit("events")
                .register(parts.metrics());
        FunctionCounter.builder(
                        "tollgate.gateway.journal.published",
                        opened,
                        each -> each.publisher().publishedEvents())
                .baseUnit("events")
                .register(parts.metrics());
        FunctionCounter.builder(
                        "tollgate.gateway.journal.dead.lettered",
                        opened,
                        each -> each.publisher().deadLetteredEvents())
                .baseUnit("events")
                .register(parts.metrics());
    }

    private void describe(Readiness readiness) {
        readiness.require("schema", () -> new Readiness.State(schemaCurrent, schemaCurrent ? "current" : "unknown"));
        readiness.require("tenants", () -> {
            long revision = parts.tenants().revision();
            return new Readiness.State(revision > 0, "revision " + revision);
        });
        readiness.require("traffic", () -> new Readiness.State(serving, serving ? "served" : "not served"));
        readiness.require("topics", () -> {
            UsageTopic.Finding finding = journal == null ? UsageTopic.Finding.UNREACHABLE : journal.topicFinding();
            return new Readiness.State(finding == UsageTopic.Finding.AS_CONTRACTED, finding.name());
        });
        readiness.require("journal", this::journalState);
        readiness.show("kafka", () -> {
            boolean reachable = journal != null && journal.publisher().isReachable();
            return new Readiness.State(reachable, reachable ? "reachable" : "away");
        });
        readiness.show("postgres", () -> {
            boolean reachable = journal != null && journal.isDatabaseReachable();
            return new Readiness.State(reachable, reachable ? "reachable" : "away");
        });
        readiness.show("ledger", () -> {
            boolean away = parts.gate().isLedgerAway();
            return new Readiness.State(!away, away ? "away" : "reachable");
        });
    }

    private Readiness.State journalState() {
        JournalService opened = journal;
        if (opened == null) {
            return new Readiness.State(false, "not open");
        }
        long used = opened.bytesUsed();
        return new Readiness.State(
                !opened.isFull(), used + " of " + properties.journal().bytesMax() + " bytes");
    }

    int port() {
        return proxy.port();
    }

    int managementPort() {
        return managementPort;
    }

    /// Finishes what is in progress, returns unused tokens, publishes and seals the journal.
    void stop() {
        boolean wasServing = serving;
        serving = false;
        if (wasServing) {
            proxy.drain(properties.drainTimeout());
        }
        parts.gate().close();
        parts.violations().close();
        parts.tenants().close();
        JournalService opened = journal;
        if (opened != null) {
            opened.stop(properties.publishTimeout());
        }
        parts.vertx().close().await();
        parts.database().close();
        log.info("the gateway has stopped");
    }

    /// What the configuration makes for the gateway.
    ///
    /// @param instance the name of this process, for people
    record GatewayParts(
            String instance,
            Vertx vertx,
            HikariDataSource database,
            LedgerClock clock,
            PostgresTenantDirectory tenants,
            LeasedQuotaGate gate,
            ViolationCounter violations,
            Readiness readiness,
            PrometheusMeterRegistry metrics,
            StrikePoints strikes,
            LongSupplier nanoTime) {}
}
