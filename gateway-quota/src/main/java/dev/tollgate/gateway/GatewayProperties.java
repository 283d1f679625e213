package dev.tollgate.gateway;

import dev.tollgate.gateway.journal.file.JournalSettings;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.ProxySettings.JournalFullPolicy;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.UpstreamSettings;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/// All settings of the gateway, `tollgate.gateway.*`; wrong ones stop the start with a message that names them.
///
/// @param host the address that all ports listen on, the admin API's where `adminHost` says nothing else
/// @param port for traffic; 0 for any
/// @param managementPort for health and metrics; 0 for any
/// @param adminHost the address that the admin API listens on; a network that strangers do not reach
/// @param adminPort for the admin API; 0 for any
/// @param eventLoops how many threads serve traffic; 0 for one per processor
/// @param drainDelay how long a gateway that is asked to stop is not ready but still accepts connections
/// @param drainTimeout how long requests in progress may take when the process is asked to stop
/// @param publishTimeout how long the process then waits until the journal is published
/// @param startTimeout how long the start waits for PostgreSQL when there is no snapshot to start from
/// @param snapshotDirectory folder of what the gateway needs to start without PostgreSQL; no other gateway may use it
/// @param routesFile the route table in a file that is followed while the gateway runs; `routes` hold without it
@ConfigurationProperties("tollgate.gateway")
public record GatewayProperties(
        @DefaultValue("0.0.0.0") String host,
        @DefaultValue("8080") int port,
        @DefaultValue("8081") int managementPort,
        @Nullable String adminHost,
        @DefaultValue("8086") int adminPort,
        @DefaultValue("0") int eventLoops,
        @DefaultValue("0s") Duration drainDelay,
        @DefaultValue("20s") Duration drainTimeout,
        @DefaultValue("10s") Duration publishTimeout,
        @DefaultValue("2m") Duration startTimeout,
        @DefaultValue("snapshot") Path snapshotDirectory,
        @Nullable Path routesFile,
        @DefaultValue Database database,
        @DefaultValue AdminDatabase adminDatabase,
        @DefaultValue Kafka kafka,
        @DefaultValue Journal journal,
        @DefaultValue Limits limits,
        @DefaultValue ClientEdge clients,
        @DefaultValue Upstreams upstreams,
        @DefaultValue RateLimitHeaders rateLimitHeaders,
        @DefaultValue JwtSetting jwt,
        @DefaultValue DoorsSetting doors,
        @DefaultValue List<RouteSetting> routes) {

    private static final int EVENT_LOOPS_MAX = 256;
    private static final String ROUTES = "tollgate.gateway.routes";

    public GatewayProperties {
        portInRange("tollgate.gateway.port", port);
        portInRange("tollgate.gateway.management-port", managementPort);
        portInRange("tollgate.gateway.admin-port", adminPort);
        if (eventLoops < 0 || eventLoops > EVENT_LOOPS_MAX) {
            throw new IllegalArgumentException(
                    "tollgate.gateway.event-loops must be 0 to " + EVENT_LOOPS_MAX + " but is " + eventLoops);
        }
        if (drainDelay.isNegative()) {
            throw new IllegalArgumentException(
                    "tollgate.gateway.drain-delay must not be negative but is " + drainDelay);
        }
        positive("tollgate.gateway.drain-timeout", drainTimeout);
        positive("tollgate.gateway.publish-timeout", publishTimeout);
        positive("tollgate.gateway.start-timeout", startTimeout);
        if (limits.idleTimeout().compareTo(upstreams.timeout()) <= 0) {
            throw new IllegalArgumentException(
                    "tollgate.gateway.limits.idle-timeout must be longer than tollgate.gateway.upstreams.timeout");
        }
        routes = List.copyOf(routes);
        RouteSetting.table(ROUTES, routes);
    }

    /// @param url JDBC URL of PostgreSQL
    public record Database(
            @DefaultValue("jdbc:postgresql://localhost:5432/tollgate")
            String url,

            @DefaultValue("tollgate_gateway") String user,
            @DefaultValue("") String password,
            @DefaultValue("3") int poolSizeMax) {

        private static final int POOL_SIZE_MIN = 2;

        public Database {
            if (poolSizeMax < POOL_SIZE_MIN) {
                throw new IllegalArgumentException("tollgate.gateway.database.pool-size-max must be at least "
                        + POOL_SIZE_MIN + " but is " + poolSizeMax);
            }
        }

        @Override
        public String toString() {
            return "Database[url=" + url + ", user=" + user + "]";
        }
    }

    /// What the admin API works as, in the same database.
    public record AdminDatabase(
            @DefaultValue("tollgate_admin") String user,
            @DefaultValue("") String password) {

        @Override
        public String toString() {
            return "AdminDatabase[user=" + user + "]";
        }
    }

    /// @param properties further client properties: TLS, SASL
    public record Kafka(
            @DefaultValue("localhost:9092") String bootstrapServers,
            @DefaultValue Map<String, String> properties) {

        Map<String, String> clientProperties() {
            Map<String, String> all = new HashMap<>(properties);
            all.put("bootstrap.servers", bootstrapServers);
            return Map.copyOf(all);
        }

        @Override
        public String toString() {
            return "Kafka[" + bootstrapServers + "]";
        }
    }

    /// @param full `refuse` answers 503 when the journal has no room, `admit-and-count` passes requests on unbilled
    public record Journal(
            @DefaultValue("journal") Path directory,
            @DefaultValue("16777216") int segmentBytes,
            @DefaultValue("1073741824") long bytesMax,
            @DefaultValue("refuse") JournalFullPolicy full) {

        JournalSettings settings() {
            return new JournalSettings(directory, segmentBytes, bytesMax);
        }
    }

    /// What clients may send.
    ///
    /// @param requestsMax requests in progress per event loop
    public record Limits(
            @DefaultValue("8192") int requestLineBytesMax,
            @DefaultValue("32768") int headerBytesMax,
            @DefaultValue("10737418240") long bodyBytesMax,
            @DefaultValue("75s") Duration idleTimeout,
            @DefaultValue("10000") int requestsMax) {

        public Limits {
            positive("tollgate.gateway.limits.request-line-bytes-max", requestLineBytesMax);
            positive("tollgate.gateway.limits.header-bytes-max", headerBytesMax);
            positive("tollgate.gateway.limits.body-bytes-max", bodyBytesMax);
            positive("tollgate.gateway.limits.requests-max", requestsMax);
            positive("tollgate.gateway.limits.idle-timeout", idleTimeout);
        }
    }

    /// For the last five see `UpstreamSettings`.
    ///
    /// @param timeout how long an exchange may make no progress
    /// @param connectionsMax per target and event loop
    public record Upstreams(
            @DefaultValue("3s") Duration connectTimeout,
            @DefaultValue("60s") Duration timeout,
            @DefaultValue("1000") int connectionsMax,
            @DefaultValue("X-Db-Query-Count") String dbQueryCountHeader,
            @DefaultValue("3") int failuresMax,
            @DefaultValue("1s") Duration setAsideMin,
            @DefaultValue("30s") Duration setAsideMax,
            @DefaultValue("1s") Duration continueTimeout,
            @DefaultValue("5m") Duration webSocketIdleTimeout) {

        public Upstreams {
            positive("tollgate.gateway.upstreams.connect-timeout", connectTimeout);
            positive("tollgate.gateway.upstreams.timeout", timeout);
            positive("tollgate.gateway.upstreams.connections-max", connectionsMax);
            Objects.requireNonNull(
                    settings(failuresMax, setAsideMin, setAsideMax, continueTimeout, webSocketIdleTimeout));
        }

        UpstreamSettings settings() {
            return settings(failuresMax, setAsideMin, setAsideMax, continueTimeout, webSocketIdleTimeout);
        }

        private static UpstreamSettings settings(
                int failuresMax,
                Duration setAsideMin,
                Duration setAsideMax,
                Duration continueTimeout,
                Duration webSocketIdleTimeout) {
            try {
                return new UpstreamSettings(
                        failuresMax, setAsideMin, setAsideMax, continueTimeout, webSocketIdleTimeout);
            } catch (IllegalArgumentException wrong) {
                throw new IllegalArgumentException("tollgate.gateway.upstreams." + wrong.getMessage(), wrong);
            }
        }
    }

    /// @param xRateLimit whether responses carry the older `X-RateLimit-*` beside `RateLimit`
    public record RateLimitHeaders(@DefaultValue("true") boolean xRateLimit) {}

    String adminAddress() {
        return adminHost == null ? host : adminHost;
    }

    int eventLoopCount() {
        return eventLoops == 0 ? Runtime.getRuntime().availableProcessors() : eventLoops;
    }

    RouteTable routeTable() {
        return RouteSetting.table(ROUTES, routes);
    }

    ProxySettings proxySettings() {
        return new ProxySettings(
                limits.requestLineBytesMax(),
                limits.headerBytesMax(),
                limits.bodyBytesMax(),
                limits.idleTimeout(),
                upstreams.connectTimeout(),
                upstreams.timeout(),
                upstreams.connectionsMax(),
                limits.requestsMax(),
                upstreams.dbQueryCountHeader(),
                rateLimitHeaders.xRateLimit(),
                clients.settings(),
                journal.full(),
                upstreams.settings());
    }

    private static void portInRange(String setting, int port) {
        if (port < 0 || port > 65_535) {
            throw new IllegalArgumentException(setting + " must be 0 to 65535 but is " + port);
        }
    }

    private static void positive(String setting, Duration value) {
        if (value.isNegative() || value.isZero()) {
            throw new IllegalArgumentException(setting + " must be longer than 0 but is " + value);
        }
    }

    private static void positive(String setting, long value) {
        if (value < 1) {
            throw new IllegalArgumentException(setting + " must be at least 1 but is " + value);
        }
    }
}
