package dev.tollgate.gateway;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.postgres.PostgresQuotaLedger;
import dev.tollgate.gateway.door.micrometer.DoorMetrics;
import dev.tollgate.gateway.journal.EventLog;
import dev.tollgate.gateway.journal.LaneStore;
import dev.tollgate.gateway.journal.file.JournalDirectory;
import dev.tollgate.gateway.journal.kafka.KafkaEventLog;
import dev.tollgate.gateway.journal.kafka.UsageTopic;
import dev.tollgate.gateway.journal.postgres.PostgresSourceRegistry;
import dev.tollgate.gateway.management.Readiness;
import dev.tollgate.gateway.management.vertx.ManagementServer;
import dev.tollgate.gateway.proxy.Routes;
import dev.tollgate.gateway.proxy.file.FollowedFiles;
import dev.tollgate.gateway.proxy.file.RoutesFile;
import dev.tollgate.gateway.proxy.vertx.ProxyMetrics;
import dev.tollgate.gateway.proxy.vertx.ProxyParts;
import dev.tollgate.gateway.proxy.vertx.ProxyServer;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.gateway.violation.ViolationAnnouncer;
import dev.tollgate.gateway.violation.ViolationCounter;
import dev.tollgate.schema.access.strike.StrikePoints;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// The gateway from its start to its end. The order is what matters here: management first, so that a start can be
/// watched; then the tenants (from the database, with its schema and clock, or from the snapshot), quotas, the journal;
/// traffic last. The end goes the other way round.
final class Gateway {

    private static final Logger log = LoggerFactory.getLogger(Gateway.class);

    private final GatewayProperties properties;
    private final GatewayParts parts;
    private final ProxyServer proxy;
    private final Doors doors;
    private final GatewayMetrics metrics;
    private volatile @Nullable JournalService journal;
    private volatile @Nullable RoutesFile routesFile;
    private volatile @Nullable FollowedFiles certificate;
    private volatile boolean serving;
    private volatile int managementPort;

    Gateway(GatewayProperties properties, GatewayParts parts) {
        this.properties = properties;
        this.parts = parts;
        this.proxy = new ProxyServer(parts.vertx());
        this.doors = new Doors(properties, new DoorMetrics(parts.metrics()));
        this.metrics = new GatewayMetrics(parts.metrics());
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
        Routes routes = openRoutes();
        openCertificate();
        managementPort = new ManagementServer(parts.vertx(), parts.readiness(), parts.metrics())
                .start(properties.host(), properties.managementPort());
        parts.admin().start(routes);
        parts.catalog().start(properties.startTimeout());
        parts.gate().start();
        parts.violations().start();
        parts.announcer().start();
        metrics.quotas(parts.gate());
        startTokens();
        metrics.denials(parts.violations(), parts.announcer());
        JournalService opened = openJournal();
        journal = opened;
        opened.start();
        startProxy(routes, opened);
        doors.start();
        int adminPort = parts.admin().port();
        serving = true;
        log.info(
                "the gateway serves on port {}, management on port {}, the admin API on port {}; doors: {}",
                proxy.port(),
                managementPort,
                adminPort,
                doors.describe());
    }

    private void startTokens() {
        Tokens tokens = parts.tokens();
        if (tokens != null) {
            metrics.tokens(tokens);
            tokens.start();
        }
    }

    private void startProxy(Routes routes, JournalService opened) {
        ProxyParts shared = new ProxyParts(
                properties.proxySettings(),
                routes,
                parts.catalog().tenants(),
                parts.tokens(),
                parts.catalog().tenants(),
                parts.gate(),
                parts.violations(),
                new ProxyMetrics(parts.metrics()),
                parts.clock()::epochMs,
                parts.nanoTime());
        OptionalInt tlsPort = certificate == null
                ? OptionalInt.empty()
                : OptionalInt.of(properties.clients().tls().port());
        proxy.start(
                shared, opened.journal().openLanes(), properties.host(), properties.port(), tlsPort, doors.guests());
        if (tlsPort.isPresent()) {
            log.info("the gateway serves TLS on port {}", proxy.tlsPort());
        }
    }

    /// The certificate for TLS, when one is set, is followed from now on.
    private void openCertificate() {
        List<Path> files = properties.clients().tls().files();
        if (files.isEmpty()) {
            return;
        }
        try {
            certificate = FollowedFiles.open(
                    "tls-files", files, contents -> proxy.useCertificate(contents.getFirst(), contents.getLast()));
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("tollgate.gateway.clients.tls: " + wrong.getMessage(), wrong);
        }
    }

    /// The routes of the file, when one is set, else those of the settings.
    private Routes openRoutes() {
        Path file = properties.routesFile();
        if (file == null) {
            return properties.routeTable();
        }
        try {
            RoutesFile followed = RoutesFile.open(file, RoutesFileParser::parse);
            routesFile = followed;
            return followed;
        } catch (IllegalArgumentException wrong) {
            throw new IllegalArgumentException("tollgate.gateway.routes-file: " + wrong.getMessage(), wrong);
        }
    }

    private JournalService openJournal() {
        LongSupplier clockMs = parts.clock()::epochMs;
        LaneStore store =
                JournalDirectory.open(properties.journal().settings(), clockMs, new SecureRandom(), parts.strikes());
        Map<String, String> kafka = properties.kafka().clientProperties();
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
        metrics.journal(opened);
        return opened;
    }

    private void describe(Readiness readiness) {
        parts.catalog().describe(readiness);
        readiness.require("traffic", () -> new Readiness.State(serving, serving ? "served" : "not served"));
        readiness.require("topics", () -> {
            UsageTopic.Finding finding = journal == null ? UsageTopic.Finding.UNREACHABLE : journal.topicFinding();
            return new Readiness.State(finding == UsageTopic.Finding.AS_CONTRACTED, finding.name());
        });
        readiness.require("journal", this::journalState);
        readiness.show("routes", () -> {
            RoutesFile followed = routesFile;
            String fault = followed == null ? "" : followed.fault();
            return new Readiness.State(fault.isEmpty(), fault.isEmpty() ? "in force" : fault);
        });
        readiness.show("certificate", () -> {
            FollowedFiles pair = certificate;
            String fault = pair == null ? "" : pair.fault();
            return new Readiness.State(fault.isEmpty(), fault.isEmpty() ? "in force" : fault);
        });
        readiness.show("doors", () -> new Readiness.State(serving, serving ? doors.describe() : "not open"));
        readiness.show("kafka", () -> {
            boolean reachable = journal != null && journal.publisher().isReachable();
            return new Readiness.State(reachable, reachable ? "reachable" : "away");
        });
        readiness.show("postgres", () -> {
            boolean reachable = journal != null && journal.isDatabaseReachable();
            return new Readiness.State(reachable, reachable ? "reachable" : "away");
        });
        readiness.show("sources", () -> {
            int waiting = journal == null ? 0 : journal.journal().unregisteredLanes();
            return new Readiness.State(waiting == 0, waiting + " journal lanes wait to be registered");
        });
        Tokens tokens = parts.tokens();
        if (tokens != null) {
            readiness.show("issuer-keys", () -> {
                String fault = tokens.keyring().fault();
                return new Readiness.State(
                        fault.isEmpty(),
                        fault.isEmpty() ? tokens.keyring().keys().size() + " keys" : fault);
            });
        }
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

    int tlsPort() {
        return proxy.tlsPort();
    }

    Doors doors() {
        return doors;
    }

    int managementPort() {
        return managementPort;
    }

    int adminPort() {
        return parts.admin().port();
    }

    /// Finishes what is in progress, returns unused tokens, publishes and seals the journal.
    void stop() {
        boolean wasServing = serving;
        serving = false;
        parts.admin().close();
        doors.drain(properties.drainTimeout());
        if (wasServing) {
            proxy.drain(properties.drainDelay(), properties.drainTimeout());
        }
        parts.gate().close();
        parts.ledger().close();
        Tokens tokens = parts.tokens();
        if (tokens != null) {
            tokens.close();
        }
        parts.violations().close();
        parts.announcer().close();
        parts.catalog().stop();
        RoutesFile followed = routesFile;
        if (followed != null) {
            followed.close();
        }
        FollowedFiles pair = certificate;
        if (pair != null) {
            pair.close();
        }
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
    /// @param tokens null when only API keys are accepted
    record GatewayParts(
            String instance,
            Vertx vertx,
            HikariDataSource database,
            LedgerClock clock,
            CatalogService catalog,
            @Nullable Tokens tokens,
            LeasedQuotaGate gate,
            PostgresQuotaLedger ledger,
            ViolationCounter violations,
            ViolationAnnouncer announcer,
            AdminService admin,
            Readiness readiness,
            PrometheusMeterRegistry metrics,
            StrikePoints strikes,
            LongSupplier nanoTime) {}
}
