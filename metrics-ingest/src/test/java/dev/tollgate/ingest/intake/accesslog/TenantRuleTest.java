package dev.tollgate.ingest.intake.accesslog;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class TenantRuleTest {

    @Test
    void namesTheTenantByAddressUserPathOrHost() {
        LogLine line = line("2001:db8::1", "jo@example.org", "/t/acme/orders");
        assertThat(tenant("address", line)).isEqualTo("2001-db8--1");
        assertThat(tenant("user", line)).isEqualTo("jo-example.org");
        assertThat(tenant("path:^/t/([^/]+)", line)).isEqualTo("acme");
        assertThat(tenant("host:^(\\w+):", line)).isEqualTo("2001");
    }

    @Test
    void saysNothingWhereTheLineDoesNotTell() {
        LogLine line = line("10.0.0.1", null, null);
        assertThat(TenantRule.parse("user").tenantOf(line)).isEmpty();
        assertThat(TenantRule.parse("path:(x)").tenantOf(line)).isEmpty();
        assertThat(TenantRule.parse("host:(x)?").tenantOf(line)).isEmpty();
        assertThat(tenant("address", line("h".repeat(100), null, null))).hasSize(64);
    }

    @Test
    void refusesWhatIsNoRule() {
        for (String rule : new String[] {"", "ip", "path:[", "path:nogroup"}) {
            assertThatThrownBy(() -> TenantRule.parse(rule)).isInstanceOf(IllegalArgumentException.class);
        }
    }

    private static String tenant(String rule, LogLine line) {
        return TenantRule.parse(rule).tenantOf(line).orElse("none");
    }

    private static LogLine line(String host, @Nullable String user, @Nullable String path) {
        return new LogLine(host, user, Instant.EPOCH, "GET", path, 200, 0);
    }
}
