package dev.tollgate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.QuotaPolicy;
import java.lang.management.ManagementFactory;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

/// What a decision from memory allocates.
final class DecisionCostTest {

    private static final int DECISIONS = 20_000;
    private static final int ROUNDS = 20;
    private static final long BYTES_MAX = 64;
    private static final QuotaPolicy POLICY = Tenants.policy(Limits.perDay(1_000_000), Enforcement.ENFORCE);
    private static final long CLOCK_US = 1_700_000_000_000_000L;

    private final ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
    private final AtomicLong numbers = new AtomicLong();
    private final TenantLeases page = new TenantLeases("acme", "", new PageFixture(), 0);

    @Test
    void anAdmittedRequestAllocatesItsAdmission() {
        assertThat(leastBytesPerDecision(() -> exchange(DECISIONS + 1, 0))).isLessThanOrEqualTo(BYTES_MAX);
    }

    @Test
    void aDeniedRequestAllocatesNothing() {
        assertThat(leastBytesPerDecision(() -> exchange(0, 60_000))).isZero();
    }

    /// Of several rounds, since only the later ones run compiled code.
    private long leastBytesPerDecision(Runnable prepare) {
        long least = Long.MAX_VALUE;
        for (int round = 0; round < ROUNDS; round++) {
            prepare.run();
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < DECISIONS; i++) {
                Requests.commit(decided());
            }
            least = Math.min(least, (threads.getCurrentThreadAllocatedBytes() - before) / DECISIONS);
        }
        return least;
    }

    private QuotaDecision decided() {
        QuotaDecision decision = page.decide(POLICY, 1, 1_000_000);
        if (decision == null) {
            throw new AssertionError("not decided from memory");
        }
        return decision;
    }

    private void exchange(long granted, long retryAfterMs) {
        page.remembers(POLICY, 1, 0);
        page.finishAll();
        page.await(new Waiter(page, POLICY, java.time.ZoneOffset.UTC, 1, 0, Runnable::run, Requests::commit));
        page.taken();
        page.prepare(numbers::incrementAndGet, 0);
        WindowUsage usage = new WindowUsage(1_000_000, 10, 60_000);
        QuotaWindow exhausted = granted > 0 ? null : QuotaWindow.DAY;
        page.apply(
                        new LeaseGrant(
                                true,
                                granted,
                                2_000,
                                CLOCK_US,
                                CLOCK_US,
                                exhausted,
                                retryAfterMs,
                                retryAfterMs,
                                List.of(usage, usage, usage, usage)),
                        0)
                .forEach(each -> each.waiter().deliver(each.decision()));
    }
}
