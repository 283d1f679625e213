package dev.tollgate.testing.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.TestServers;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class ContainerPostgresTest {

    /// On a machine with Docker the container must answer; without, asking for it must fail.
    @Test
    void failsRatherThanSkipsWithoutDocker() throws SQLException {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            assertThatThrownBy(() -> SharedPostgres.start(TestServers.TESTCONTAINERS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tollgate.test.servers=testcontainers asks for PostgreSQL in a container")
                    .hasMessageContaining("needs a running Docker");
            return;
        }
        try (PostgresServer server = SharedPostgres.start(TestServers.TESTCONTAINERS);
                Connection connection =
                        server.dataSource("postgres", server.superuser()).getConnection()) {
            assertThat(connection.isValid(5)).isTrue();
        }
    }
}
