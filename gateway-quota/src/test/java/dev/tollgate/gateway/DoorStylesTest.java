package dev.tollgate.gateway;

import static dev.tollgate.gateway.DoorsFixture.ask;
import static dev.tollgate.gateway.DoorsFixture.header;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.gateway.DoorsFixture.Answer;
import dev.tollgate.gateway.door.grpc.RateLimitClient;
import dev.tollgate.testing.Await;
import io.envoyproxy.envoy.service.ratelimit.v3.RateLimitResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.ConnectException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.ConfigurableApplicationContext;

/// Doors with every setting other than usual, to their end.
class DoorStylesTest {

    private final DoorsFixture fixture;

    DoorStylesTest(@TempDir Path folder) {
        fixture = new DoorsFixture(folder);
    }

    @AfterEach
    void close() {
        fixture.close();
    }

    @Test
    void theyLimitWithoutEventsAndAreShutByTheGatewaysEnd() throws Exception {
        String key = fixture.newTenant("forwarded", 2);
        ConfigurableApplicationContext running = fixture.start(
                "styles",
                1,
                Map.of(
                        "check-port", "0",
                        "check-style", "forward-auth",
                        "rate-limit-port", "0",
                        "rate-limit-domain", "mesh",
                        "trust-tenant-ids", "true",
                        "records", "false"));
        Doors doors = running.getBean(Gateway.class).doors();
        int port = doors.checkPort();
        Supplier<Answer> check = () -> {
            HttpResponse<String> response = fixture.get(port, "/v1/check", forwarded(key, "/things/1"));
            assertThat(header(response, "X-Request-Id")).isEmpty();
            return new Answer(response.statusCode(), "");
        };
        try (RateLimitClient envoy = new RateLimitClient(doors.rateLimitPort())) {
            Await.until(
                    "the key is known",
                    DoorsFixture.SOON,
                    () -> fixture.get(port, "/v1/check", forwarded(key, "/nowhere"))
                                    .statusCode()
                            == 404);
            assertThat(ask(check)).isPresent();
            assertThat(ask(() -> named(envoy))).isPresent();
            assertThat(ask(check)).isEmpty();
            running.close();
            assertThatThrownBy(check::get).hasCauseInstanceOf(ConnectException.class);
            assertThatThrownBy(() -> named(envoy))
                    .isInstanceOfSatisfying(
                            StatusRuntimeException.class,
                            failed -> assertThat(failed.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE));
        } finally {
            running.close();
        }
        assertThat(fixture.published("forwarded")).isEmpty();
    }

    /// With a field of the other style, which a client may have sent.
    private static Map<String, String> forwarded(String key, String target) {
        return Map.of(
                "X-Api-Key",
                key,
                "X-Forwarded-Method",
                "GET",
                "X-Forwarded-Uri",
                target,
                "X-Original-URI",
                "/elsewhere");
    }

    private static Answer named(RateLimitClient envoy) {
        RateLimitResponse response = envoy.ask(RateLimitClient.request(RateLimitClient.descriptor(
                        Map.of("tenant_id", "forwarded", "method", "GET", "path", "/things/1")))
                .toBuilder()
                .setDomain("mesh")
                .build());
        return new Answer(DoorsFixture.meant(response), "");
    }
}
