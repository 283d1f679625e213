package dev.tollgate.testing.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tollgate.testing.TestServers;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.testcontainers.DockerClientFactory;

class ContainerKafkaTest {

    /// On a machine with Docker the container must answer; without, asking for it must fail.
    @Test
    void failsRatherThanSkipsWithoutDocker() throws Exception {
        if (!DockerClientFactory.instance().isDockerAvailable()) {
            assertThatThrownBy(() -> SharedKafka.start(TestServers.TESTCONTAINERS))
                    .isInstanceOf(IllegalStateException.class)
                    .hasMessageContaining("tollgate.test.servers=testcontainers asks for Kafka in a container")
                    .hasMessageContaining("needs a running Docker");
            return;
        }
        try (KafkaServer server = SharedKafka.start(TestServers.TESTCONTAINERS);
                Admin admin = Admin.create(Map.of("bootstrap.servers", server.bootstrapServers()))) {
            assertThat(admin.describeCluster().nodes().get(60, TimeUnit.SECONDS))
                    .hasSize(1);
        }
    }
}
