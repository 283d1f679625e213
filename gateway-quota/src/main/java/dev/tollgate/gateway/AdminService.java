package dev.tollgate.gateway;

import com.zaxxer.hikari.HikariDataSource;
import dev.tollgate.gateway.admin.RouteRow;
import dev.tollgate.gateway.admin.http.AdminServer;
import dev.tollgate.gateway.admin.http.Desk;
import dev.tollgate.gateway.admin.http.KeysController;
import dev.tollgate.gateway.admin.http.OperatorGate;
import dev.tollgate.gateway.admin.http.QuotasController;
import dev.tollgate.gateway.admin.http.RoutePoliciesController;
import dev.tollgate.gateway.admin.http.SourcesController;
import dev.tollgate.gateway.admin.http.TenantsController;
import dev.tollgate.gateway.admin.http.UsageController;
import dev.tollgate.gateway.admin.postgres.AdminDatabase;
import dev.tollgate.gateway.proxy.Route;
import dev.tollgate.gateway.proxy.Routes;
import dev.tollgate.gateway.proxy.UpstreamTarget;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.access.web.OpenApi;
import dev.tollgate.schema.access.web.OperatorAccess;
import java.security.SecureRandom;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/// The map of the admin API. Its port opens beside the gateway's start; what answers is made for the first request, and
/// connections to the database are made when they are needed and closed when they are idle.
final class AdminService implements AutoCloseable {

    private static final String OPEN_API = "/openapi/gateway-admin.yaml";
    private static final int CONNECTIONS_MAX = 4;
    private static final int CONNECTION_TIMEOUT_MS = 2_000;
    private static final int CONNECTION_IDLE_MS = 60_000;
    private static final int SOCKET_TIMEOUT_SECONDS = 10;
    private static final int STATEMENT_MS_MAX = 5_000;

    private final GatewayProperties properties;
    private final HikariDataSource database;
    private @Nullable AdminServer server;
    private @Nullable CompletableFuture<Integer> opening;

    AdminService(GatewayProperties properties) {
        this.properties = properties;
        this.database = database(properties);
    }

    /// Begins to open the port.
    void start(Routes routes) {
        AdminServer made = new AdminServer(() -> resources(routes));
        server = made;
        opening = CompletableFuture.supplyAsync(
                () -> made.start(properties.adminAddress(), properties.adminPort()),
                Thread.ofPlatform().daemon().name("admin-start")::start);
    }

    /// Waits until the port is open; throws what kept it from opening.
    int port() {
        CompletableFuture<Integer> begun = opening;
        if (begun == null) {
            return 0;
        }
        try {
            return begun.join();
        } catch (CompletionException failed) {
            if (failed.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw failed;
        }
    }

    private AdminServer.Resources resources(Routes routes) {
        Desk desk = new Desk(new AdminDatabase(database));
        return new AdminServer.Resources(
                new OperatorGate(new OperatorAccess(new PostgresOperatorKeys(database))),
                List.of(
                        new OpenApi(OPEN_API),
                        new TenantsController(desk),
                        new QuotasController(desk),
                        new RoutePoliciesController(desk),
                        new KeysController(desk, new SecureRandom()),
                        new UsageController(
                                desk,
                                () -> routes.all().stream()
                                        .map(AdminService::shown)
                                        .toList()),
                        new SourcesController(desk)));
    }

    private static RouteRow shown(Route route) {
        return new RouteRow(
                route.name(),
                route.pathPrefix(),
                route.upstreams().stream().map(UpstreamTarget::address).toList(),
                route.costUnits(),
                route.eventType().wireName(),
                route.quotaPolicy(),
                route.feature());
    }

    /// A pool that begins with its first use.
    private static HikariDataSource database(GatewayProperties properties) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName("admin");
        pool.setJdbcUrl(properties.database().url());
        pool.setUsername(properties.adminDatabase().user());
        pool.setPassword(properties.adminDatabase().password());
        pool.setMaximumPoolSize(CONNECTIONS_MAX);
        pool.setMinimumIdle(0);
        pool.setIdleTimeout(CONNECTION_IDLE_MS);
        pool.setConnectionTimeout(CONNECTION_TIMEOUT_MS);
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("ApplicationName", "tollgate-gateway-admin");
        pool.addDataSourceProperty("socketTimeout", Integer.toString(SOCKET_TIMEOUT_SECONDS));
        pool.addDataSourceProperty("options", "-c statement_timeout=" + STATEMENT_MS_MAX);
        return pool;
    }

    @Override
    public void close() {
        AdminServer started = server;
        CompletableFuture<Integer> begun = opening;
        if (started != null && begun != null) {
            begun.handle((port, failed) -> null).join();
            started.close();
            server = null;
        }
        database.close();
    }
}
