package dev.tollgate.bench.gateway;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.journal.EventJournal;
import dev.tollgate.gateway.journal.LaneSources;
import dev.tollgate.gateway.proxy.ClientSettings;
import dev.tollgate.gateway.proxy.ProxySettings;
import dev.tollgate.gateway.proxy.ProxySettings.JournalFullPolicy;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.RouteTable;
import dev.tollgate.gateway.proxy.UpstreamSettings;
import dev.tollgate.gateway.proxy.vertx.ProxyMetrics;
import dev.tollgate.gateway.proxy.vertx.ProxyParts;
import dev.tollgate.gateway.proxy.vertx.ProxyServer;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.gateway.tenant.postgres.PostgresTenantDirectory;
import dev.tollgate.schema.contract.EventType;
import dev.tollgate.testing.Await;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import java.net.URI;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/// The gateway with quotas and journal off: the same server, client, routes, tenants and metrics, a gate that admits
/// everything at once, and a journal that never has room, under the setting that then admits and counts. For the
/// benchmark only; the service has no such switch.
final class PlainGateway {

    private static final QuotaState UNLIMITED =
            new QuotaState("requests_per_month", 2_592_000, 1_000_000_000L, 0, Duration.ofDays(30), Instant.EPOCH);

    private static final Duration LOADED_WITHIN = Duration.ofSeconds(60);

    private PlainGateway() {}

    /// @param arguments port, upstream, JDBC URL
    public static void main(String[] arguments) {
        int port = Integer.parseInt(arguments[0]);
        LongSupplier epochMs = System::currentTimeMillis;
        PostgresTenantDirectory tenants = new PostgresTenantDirectory(
                arguments[2], "tollgate_gateway", "", epochMs, System::nanoTime, (catalog, storage) -> {});
        tenants.start();
        Await.until("tenants are loaded", LOADED_WITHIN, tenants::isLoaded);
        Vertx vertx = Vertx.vertx(new VertxOptions().setEventLoopPoolSize(1).setPreferNativeTransport(true));
        ProxyParts parts = new ProxyParts(
                settings(),
                new RouteTable(
                        List.of(new Route("api", "/api", URI.create(arguments[1]), 1, EventType.API_REQUEST, "", ""))),
                tenants,
                null,
                tenants,
                new Ungated(),
                (tenantId, quota, limit, current, route, endpoint) -> {},
                new ProxyMetrics(new PrometheusMeterRegistry(PrometheusConfig.DEFAULT)),
                epochMs,
                System::nanoTime);
        EventJournal journal = EventJournal.open(
                new NoJournal(), new NoJournal.Registry(), 1, epochMs, () -> LaneSources.newLaneId(new SecureRandom()));
        new ProxyServer(vertx).start(parts, journal.openLanes(), "127.0.0.1", port);
        System.out.println("serving on port " + port);
    }

    private static final class Ungated implements QuotaGate {
        @Override
        public void admit(
                Tenant tenant, String routePolicy, long cost, Executor eventLoop, Consumer<QuotaDecision> answer) {
            answer.accept(new QuotaDecision.Admitted(new Free(cost)));
        }

        @Override
        public void reportDbQueries(Tenant tenant, long count) {}
    }

    /// The service's defaults.
    private static ProxySettings settings() {
        return new ProxySettings(
                8_192,
                32_768,
                10L << 30,
                Duration.ofSeconds(75),
                Duration.ofSeconds(3),
                Duration.ofSeconds(60),
                1_000,
                10_000,
                "X-Db-Query-Count",
                true,
                ClientSettings.DEFAULT,
                JournalFullPolicy.ADMIT_AND_COUNT,
                UpstreamSettings.DEFAULT);
    }

    private record Free(long cost) implements Admission {
        @Override
        public QuotaState closest() {
            return UNLIMITED;
        }

        @Override
        public void commit() {
            // Nothing was taken.
        }

        @Override
        public void giveBack() {
            // Nothing was taken.
        }
    }
}
