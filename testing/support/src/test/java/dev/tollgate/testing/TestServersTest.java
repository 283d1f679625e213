package dev.tollgate.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;

class TestServersTest {

    @Test
    void usesEmbeddedServersUnlessContainersAreAskedFor() {
        assertThat(TestServers.parse(null)).isEqualTo(TestServers.EMBEDDED);
        assertThat(TestServers.parse(" ")).isEqualTo(TestServers.EMBEDDED);
        assertThat(TestServers.parse("Testcontainers")).isEqualTo(TestServers.TESTCONTAINERS);
        assertThatThrownBy(() -> TestServers.parse("dokker"))
                .hasMessageContaining("tollgate.test.servers")
                .hasMessageContaining("dokker");
    }
}
