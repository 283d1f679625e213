package dev.tollgate.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.schema.access.key.ApiKey;
import dev.tollgate.schema.access.key.Operator;
import dev.tollgate.schema.access.key.Role;
import dev.tollgate.schema.access.key.postgres.PostgresOperatorKeys;
import dev.tollgate.schema.database.Migrate;
import dev.tollgate.schema.database.MigrateOptions;
import dev.tollgate.testing.postgres.PostgresServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.context.WebServerApplicationContext;
import org.springframework.context.ConfigurableApplicationContext;

class ConsoleTest {

    private static final ApiKey.Presented KEY = ApiKey.generate(new SecureRandom());
    private static ConfigurableApplicationContext console;
    private static URI address;

    @BeforeAll
    static void start() throws SQLException {
        PostgresServer postgres = PostgresServer.shared();
        String database = postgres.createDatabase();
        Migrate.migrate(MigrateOptions.of(postgres.url(database), postgres.superuser()));
        try (Connection connection =
                        postgres.dataSource(database, postgres.superuser()).getConnection();
                Statement statement = connection.createStatement()) {
            PostgresOperatorKeys.add(connection, KEY, new Operator("olga", Set.of(Role.OPERATOR)));
            statement.execute("""
                    SELECT tollgate.register_tenant('acme', 'Acme <Bookings>', 'UTC', 'starter', date_trunc('month', now())::date, NULL, 'test');
                    INSERT INTO tenant_metrics_hourly (tenant_id, hour_bucket, event_count, total_requests, failed_requests,
                        p50_duration_ms, p99_duration_ms, fingerprint, log_position, owner, sketch)
                    VALUES ('acme', date_trunc('hour', now(), 'UTC'), 1234, 1234, 56, 7, 89, 0, 1, 'stream', '\\x01'),
                        ('stranger', date_trunc('hour', now(), 'UTC'), 3, 3, 0, 1, 1, 0, 1, 'stream', '\\x01')
                    """);
        }
        console = SpringApplication.run(
                ConsoleApplication.class,
                "--server.port=0",
                "--tollgate.console.database.url=" + postgres.url(database));
        int port = Objects.requireNonNull(((WebServerApplicationContext) console).getWebServer())
                .getPort();
        address = URI.create("http://127.0.0.1:" + port);
    }

    @AfterAll
    static void stop() {
        console.close();
    }

    @Test
    void showsTenantsByUsageAndEscapesTheirNames() throws Exception {
        HttpResponse<String> page = get("/", "olga", KEY.text());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("Acme &lt;Bookings&gt;", "starter", "1,234", "stranger");
        assertThat(page.body().indexOf("1,234")).isLessThan(page.body().indexOf("stranger"));
    }

    @Test
    void showsATenantByTheHour() throws Exception {
        HttpResponse<String> page = get("/tenants/acme", "olga", KEY.text());
        assertThat(page.statusCode()).isEqualTo(200);
        assertThat(page.body()).contains("1,234", ">56<", ">7<", ">89<");
    }

    @Test
    void letsNobodyInWithoutAValidKeyOfThatName() throws Exception {
        String other = ApiKey.generate(new SecureRandom()).text();
        assertThat(get("/", "olga", other).statusCode()).isEqualTo(401);
        assertThat(get("/", "otto", KEY.text()).statusCode()).isEqualTo(401);
        assertThat(get("/", "olga", "").statusCode()).isEqualTo(401);
        assertThat(get("/tenants/acme", "olga", other).statusCode()).isEqualTo(401);
    }

    @Test
    void saysThatItIsReadyWithoutAKey() throws Exception {
        HttpResponse<String> health = HttpClient.newHttpClient()
                .send(
                        HttpRequest.newBuilder(address.resolve("/actuator/health/readiness"))
                                .build(),
                        HttpResponse.BodyHandlers.ofString());
        assertThat(health.statusCode()).isEqualTo(200);
    }

    private static HttpResponse<String> get(String path, String user, String password) throws Exception {
        String credentials =
                Base64.getEncoder().encodeToString((user + ":" + password).getBytes(StandardCharsets.UTF_8));
        try (HttpClient client = HttpClient.newHttpClient()) {
            return client.send(
                    HttpRequest.newBuilder(address.resolve(path))
                            .header("Authorization", "Basic " + credentials)
                            .build(),
                    HttpResponse.BodyHandlers.ofString());
        }
    }
}
