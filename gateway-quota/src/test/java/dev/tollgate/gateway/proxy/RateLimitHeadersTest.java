package dev.tollgate.gateway.proxy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;

class RateLimitHeadersTest {

    private static final long NONE = QuotaPolicy.UNLIMITED;

    private static QuotaPolicy policy(long minute, long hour, long day, long month) {
        return new QuotaPolicy(
                minute, hour, day, month, Enforcement.ENFORCE, LedgerFallback.CLOSED, LedgerFallback.CLOSED);
    }

    @Test
    void onlyLimitedWindowsAreListed() {
        assertThat(RateLimitHeaders.policies(policy(60, NONE, 1_000, NONE)))
                .isEqualTo("\"requests_per_minute\";q=60;w=60,\"requests_per_day\";q=1000;w=86400");
        assertThat(RateLimitHeaders.policies(policy(NONE, NONE, NONE, NONE))).isEmpty();
        assertThat(RateLimitHeaders.policies(
                        policy(NONE, 5, NONE, NONE), "search", policy(NONE, NONE, NONE, 2_000_000_000_000_000L)))
                .isEqualTo(
                        "\"requests_per_hour\";q=5;w=3600,\"search.requests_per_month\";q=999999999999999;w=2592000");
    }

    @Test
    void whatIsLeftIsNeverNegativeAndSecondsAreNeverTooFew() {
        QuotaState lowered = new QuotaState("requests_per_hour", 3_600, 10, 12, Duration.ofMillis(1), Instant.EPOCH);
        assertThat(RateLimitHeaders.limit(lowered, RateLimitHeaders.seconds(lowered.resetsIn())))
                .isEqualTo("\"requests_per_hour\";r=0;t=1");
        assertThat(RateLimitHeaders.seconds(Duration.ofMillis(-1))).isZero();
        assertThat(RateLimitHeaders.seconds(Duration.ofSeconds(2))).isEqualTo(2);
        assertThat(RateLimitHeaders.retrySeconds(Duration.ZERO)).isEqualTo(1);
    }
}
