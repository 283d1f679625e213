package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.journal.EventJournal;
import dev.tollgate.gateway.journal.EventRecord;
import dev.tollgate.gateway.journal.JournalLane;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.journal.SourceRegistry;
import dev.tollgate.gateway.journal.SourceReport;
import dev.tollgate.gateway.journal.SourceSeal;
import dev.tollgate.gateway.journal.SourceState;
import dev.tollgate.gateway.journal.file.JournalDirectory;
import dev.tollgate.gateway.journal.file.JournalSettings;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.ProxySettings.JournalFullPolicy;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.UpstreamSettings;
import dev.tollgate.gateway.proxy.UpstreamTarget;
import dev.tollgate.gateway.tenant.StorageUsage;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.TenantDirectory;
import dev.tollgate.gateway.tenant.TenantLookup;
import dev.tollgate.gateway.token.Tokens;
import dev.tollgate.schema.access.strike.StrikePoints;
import dev.tollgate.schema.contract.EventCodec;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.schema.contract.RequestEvent;
import dev.tollgate.schema.contract.SourceSequences;
import dev.tollgate.schema.contract.Topics;
import dev.tollgate.schema.contract.Validated;
import dev.tollgate.testing.Await;
import dev.tollgate.testing.net.Ports;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.vertx.core.Handler;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/// A proxy with a real journal and a real upstream, whose tenants and quotas the test makes up.
final class ProxyFixture implements AutoCloseable {

    static final String KEY = "tg_AAAAAAAAAAAA_good";
    static final String SUSPENDED_KEY = "tg_AAAAAAAAAAAA_suspended";
    static final String TENANT = "acme";
    static final long STORAGE_LIMIT_MB = 1_000;
    static final Duration UPSTREAM_TIMEOUT = Duration.ofMillis(700);
    static final UpstreamSettings UPSTREAMS = new UpstreamSettings(
            3, Duration.ofMillis(300), Duration.ofSeconds(5), Duration.ofMillis(300), Duration.ofMillis(1_500));
    static final int BODY_BYTES_MAX = 4 << 20;
    static final int HEADER_BYTES_MAX = 4_096;
    static final String DATE = "Date: Fri, 05 Jan 2024 03:04:05 GMT";
    private static final long NOW_MS = 1_704_423_845_678L;

    final ScriptedGate gate = new ScriptedGate();
    volatile long storedBytes = StorageUsage.WITHIN_LIMIT;
    final List<String> violations = new CopyOnWriteArrayList<>();
    final Vertx vertx;
    final RawUpstream raw = new RawUpstream();
    final RawUpstream other = new RawUpstream();
    final FullBacklog deaf = new FullBacklog();
    final SimpleMeterRegistry metrics = new SimpleMeterRegistry();
    final ProxyServer proxy;
    volatile Handler<HttpServerRequest> upstream = request -> request.response().end("hello");
    private final JournalDirectory directory;
    private final EventJournal journal;

    ProxyFixture(Path folder, int loops) {
        this(folder, loops, 100);
    }

    ProxyFixture(Path folder, int loops, int upstreamConnectionsMax) {
        this(new JournalSettings(folder, 1 << 20, 64L << 20), loops, upstreamConnectionsMax);
    }

    /// @param nativeTransport whether sockets are the system's own kind, as in the gateway, or Java's
    ProxyFixture(Path folder, boolean nativeTransport) {
        this(
                new JournalSettings(folder, 1 << 20, 64L << 20),
                1,
                settings(100, BODY_BYTES_MAX, UPSTREAM_TIMEOUT),
                nativeTransport,
                List.of());
    }

    ProxyFixture(JournalSettings journalSettings, int loops, int upstreamConnectionsMax) {
        this(
                journalSettings,
                loops,
                settings(upstreamConnectionsMax, BODY_BYTES_MAX, UPSTREAM_TIMEOUT),
                false,
                List.of());
    }

    /// With a route `/api` to another upstream, at `/base` of that port.
    static ProxyFixture before(int apiPort, Path folder) {
        return new ProxyFixture(
                new JournalSettings(folder, 1 << 20, 64L << 20),
                1,
                settings(100, BODY_BYTES_MAX, UPSTREAM_TIMEOUT),
                false,
                List.of(route("api", "/api", apiPort, EventType.API_REQUEST)));
    }

    ProxyFixture(Path folder, Tokens tokens) {
        this(
                new JournalSettings(folder, 1 << 20, 64L << 20),
                1,
                settings(100, BODY_BYTES_MAX, UPSTREAM_TIMEOUT),
                false,
                List.of(),
                tokens,
                Optional.empty());
    }

    /// With other settings for clients, and with a port for TLS when there is a certificate.
    ProxyFixture(Path folder, ClientSettings clients, Optional<TestCertificate> certificate) {
        this(
                new JournalSettings(folder, 1 << 20, 64L << 20),
                1,
                settings(100, BODY_BYTES_MAX, UPSTREAM_TIMEOUT, clients),
                false,
                List.of(),
                null,
                certificate);
    }

    ProxyFixture(
            JournalSettings journalSettings,
            int loops,
            ProxySettings settings,
            boolean nativeTransport,
            List<Route> more) {
        this(journalSettings, loops, settings, nativeTransport, more, null, Optional.empty());
    }

    /// @param more routes beside the usual ones
    private ProxyFixture(
            JournalSettings journalSettings,
            int loops,
            ProxySettings settings,
            boolean nativeTransport,
            List<Route> more,
            @Nullable Tokens tokens,
            Optional<TestCertificate> certificate) {
        vertx = Vertx.vertx(new VertxOptions().setPreferNativeTransport(nativeTransport));
        proxy = new ProxyServer(vertx);
        int upstreamPort = startUpstream();
        directory = JournalDirectory.open(
                journalSettings, System::currentTimeMillis, new SecureRandom(), StrikePoints.inert());
        journal = EventJournal.open(
                directory,
                new NoRegistry(),
                loops,
                System::currentTimeMillis,
                () -> LaneSources.newLaneId(new SecureRandom()));
        List<Route> routes = new ArrayList<>(more);
        routes.addAll(List.of(
                route("things", "/things", upstreamPort, EventType.API_REQUEST),
                route("costly", "/costly", upstreamPort, EventType.AI_REQUEST),
                route("raw", "/raw", raw.port(), EventType.API_REQUEST),
                route("dead", "/dead", closedPort(), EventType.API_REQUEST),
                shared("pair", raw.port(), other.port()),
                shared("limping", closedPort(), raw.port()),
                shared("deaf", deaf.port()),
                planned("search", upstreamPort, "search", ""),
                planned("insights", upstreamPort, "", "ai_features"),
                new Route(
                        "dear",
                        "/dear",
                        URI.create("http://127.0.0.1:" + upstreamPort),
                        101,
                        EventType.API_REQUEST,
                        "",
                        "")));
        ProxyParts parts = new ProxyParts(
                settings,
                new RouteTable(routes),
                new Directory(),
                tokens,
                tenant -> storedBytes,
                gate,
                (tenantId, quota, limit, current, route, endpoint) ->
                        violations.add(tenantId + " " + quota + " " + route),
                new ProxyMetrics(metrics),
                () -> NOW_MS,
                System::nanoTime);
        if (certificate.isEmpty()) {
            proxy.start(parts, journal.openLanes(), "127.0.0.1", 0);
        } else {
            proxy.useCertificate(
                    certificate.get().certificate(), certificate.get().key());
            proxy.start(parts, journal.openLanes(), "127.0.0.1", 0, OptionalInt.of(0), List.of());
        }
    }

    static ProxySettings settings(int upstreamConnectionsMax, long bodyBytesMax, Duration upstreamTimeout) {
        return settings(upstreamConnectionsMax, bodyBytesMax, upstreamTimeout, ClientSettings.DEFAULT);
    }

    private static ProxySettings settings(
            int upstreamConnectionsMax, long bodyBytesMax, Duration upstreamTimeout, ClientSettings clients) {
        return new ProxySettings(
                2_048,
                HEADER_BYTES_MAX,
                bodyBytesMax,
                Duration.ofSeconds(20),
                Duration.ofMillis(400),
                upstreamTimeout,
                upstreamConnectionsMax,
                1_000,
                "X-Db-Query-Count",
                true,
                clients,
                JournalFullPolicy.REFUSE,
                UPSTREAMS);
    }

    private static Route route(String name, String prefix, int port, EventType type) {
        long cost = type == EventType.AI_REQUEST ? 5 : 1;
        return new Route(name, prefix, URI.create("http://127.0.0.1:" + port + "/base"), cost, type, "", "");
    }

    /// A route with a target at each port.
    private static Route shared(String name, int... ports) {
        List<UpstreamTarget> targets = Arrays.stream(ports)
                .mapToObj(port -> new UpstreamTarget("127.0.0.1", port, false, ""))
                .toList();
        return new Route(name, "/" + name, targets, 1, EventType.API_REQUEST, "", "");
    }

    private static Route planned(String name, int port, String quotaPolicy, String feature) {
        URI upstream = URI.create("http://127.0.0.1:" + port);
        return new Route(name, "/" + name, upstream, 1, EventType.API_REQUEST, quotaPolicy, feature);
    }

    private int startUpstream() {
        HttpServer server = vertx.createHttpServer(
                        new HttpServerOptions().setHost("127.0.0.1").setPort(0))
                .requestHandler(request -> upstream.handle(request));
        server.listen().await();
        return server.actualPort();
    }

    private static int closedPort() {
        return Ports.free();
    }

    private static TenantLookup find(String key) {
        return switch (key) {
            case KEY -> new TenantLookup.Found(tenant(), "AAAAAAAAAAAA");
            case SUSPENDED_KEY -> new TenantLookup.Suspended("frozen");
            default -> new TenantLookup.Unknown("no such key");
        };
    }

    private static final class Directory implements TenantDirectory {
        @Override
        public TenantLookup find(String presentedKey) {
            return ProxyFixture.find(presentedKey);
        }

        @Override
        public TenantLookup findTenant(String tenantId) {
            return switch (tenantId) {
                case TENANT -> new TenantLookup.Found(tenant(), "");
                case "frozen" -> new TenantLookup.Suspended("frozen");
                default -> new TenantLookup.Unknown("no tenant " + tenantId);
            };
        }
    }

    private static Tenant tenant() {
        QuotaPolicy policy = new QuotaPolicy(
                100, 100, 100, 100, Enforcement.ENFORCE, LedgerFallback.FAIR_SHARE, LedgerFallback.CLOSED);
        QuotaPolicy search = new QuotaPolicy(
                30,
                QuotaPolicy.UNLIMITED,
                QuotaPolicy.UNLIMITED,
                QuotaPolicy.UNLIMITED,
                Enforcement.ENFORCE,
                LedgerFallback.FAIR_SHARE,
                LedgerFallback.CLOSED);
        return new Tenant(
                TENANT, ZoneOffset.UTC, policy, Map.of("search", search), 1_000_000, STORAGE_LIMIT_MB, Set.of());
    }

    RawClient connect() throws IOException {
        return new RawClient(proxy.port());
    }

    /// Sends a request that asks for the connection's end, and returns the whole response.
    String exchange(String startLine, String... fields) throws IOException {
        StringBuilder request = new StringBuilder(startLine).append(" HTTP/1.1\r\nHost: api.example\r\n");
        for (String field : fields) {
            request.append(field).append("\r\n");
        }
        try (RawClient client = connect()) {
            return client.send(request.append("Connection: close\r\nX-Api-Key: " + KEY + "\r\n\r\n")
                            .toString())
                    .readAll();
        }
    }

    List<JournalLane> lanes() {
        return journal.lanes();
    }

    /// All events so far, in no order over several lanes.
    List<RequestEvent> events() {
        List<RequestEvent> events = new ArrayList<>();
        for (JournalLane lane : journal.lanes()) {
            Optional<EventRecord> next = lane.next(0);
            while (next.isPresent()) {
                if (EventCodec.validate(next.get().json(), Long.MAX_VALUE) instanceof Validated.Valid(var event)) {
                    events.add(event);
                }
                next = lane.next(next.get().endPosition());
            }
        }
        return events;
    }

    /// The only event, once it is there.
    RequestEvent event() {
        Await.until("one event", Duration.ofSeconds(5), () -> events().size() == 1);
        return events().getFirst();
    }

    @Override
    public void close() {
        vertx.close().await();
        raw.close();
        other.close();
        deaf.close();
        directory.close();
    }

    private static final class NoRegistry implements SourceRegistry {
        @Override
        public void open(String laneId, long heartbeatMs) {}

        @Override
        public Map<String, SourceState> states(Collection<String> sources) {
            return Map.of();
        }

        @Override
        public Map<String, SourceSequences> stored(Collection<String> sources) {
            return Map.of();
        }

        @Override
        public long[] ingestOffsets(String topicId) {
            return new long[Topics.PARTITIONS];
        }

        @Override
        public void heartbeat(List<SourceReport> reports) {}

        @Override
        public void seal(List<SourceSeal> seals) {}
    }
}
