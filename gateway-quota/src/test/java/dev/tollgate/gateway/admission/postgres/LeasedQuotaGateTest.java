package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.Limits;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.admission.Requests;
import dev.tollgate.gateway.admission.Tenants;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.testing.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/// Gates over the real ledger.
final class LeasedQuotaGateTest {

    private static final Duration SOON = Duration.ofSeconds(10);
    private static final long PLENTY = Limits.PLENTY;

    private static GatewayDatabase database;

    private final List<AutoCloseable> opened = new ArrayList<>();

    @BeforeAll
    static void createDatabase() {
        database = GatewayDatabase.create();
    }

    @AfterEach
    void closeAll() throws Exception {
        for (AutoCloseable closeable : opened) {
            closeable.close();
        }
    }

    @Test
    void twoGatewaysAdmitExactlyTheDayLimit() throws Exception {
        int limit = 700;
        Tenant tenant = register("exact", Limits.perDay(limit));
        LeasedQuotaGate one = gate("one");
        LeasedQuotaGate two = gate("two");
        Requests requests = new Requests();

        Await.until("the limit is used up", SOON, () -> {
            floodBoth(requests, tenant, one, two, limit);
            return requests.admitted.get() >= limit;
        });
        floodBoth(requests, tenant, one, two, 5 * limit);

        assertThat(requests.admitted).hasValue(limit);
        assertThat(requests.denied.get()).isGreaterThanOrEqualTo(limit);
        assertThat(used("exact", QuotaWindow.DAY)).isEqualTo(limit);
    }

    @Test
    void twoGatewaysNeverPassTheMinuteLimit() throws Exception {
        int limit = 40;
        Tenant tenant = register("minute", Limits.perMinute(limit));
        LeasedQuotaGate one = gate("minute-one");
        LeasedQuotaGate two = gate("minute-two");
        Requests requests = new Requests();

        Await.until("the limit is used up", SOON, () -> {
            floodBoth(requests, tenant, one, two, limit);
            return requests.admitted.get() >= limit;
        });

        assertThat(requests.admitted).hasValue(limit);
        QuotaDecision decision = Requests.askPatiently(one, tenant, 1);
        assertThat(decision).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> {
            assertThat(denied.exhausted().window()).isEqualTo(QuotaWindow.MINUTE);
            assertThat(denied.exhausted().remaining()).isZero();
            assertThat(denied.retryAfter()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(64));
        });
    }

    @Test
    void aRestartKeepsTheCountersAndReturnsUnusedTokens() throws Exception {
        Tenant tenant = register("restart", Limits.perDay(50));
        LeasedQuotaGate before = gate("before");
        for (int i = 0; i < 3; i++) {
            assertThat(Requests.askPatiently(before, tenant, 5)).isInstanceOf(QuotaDecision.Admitted.class);
        }
        before.close();
        assertThat(used("restart", QuotaWindow.DAY)).isEqualTo(15);
        assertThat(used("restart", QuotaWindow.MINUTE)).isEqualTo(15);

        LeasedQuotaGate after = gate("after");
        Requests requests = new Requests();
        requests.flood(after, tenant, 100);

        assertThat(requests.admitted).hasValue(35);
    }

    @Test
    void anIdleLeaseReturnsItsUnusedTokens() throws Exception {
        Tenant tenant = register("idle", Limits.perDay(1_000));
        LeasedQuotaGate gate = gate("idle");
        Requests requests = new Requests();
        requests.flood(gate, tenant, 200);

        Await.until("the leases are settled", SOON, () -> used("idle", QuotaWindow.DAY) == 200);

        assertThat(requests.admitted).hasValue(200);
    }

    @Test
    void tokensGivenBackAreNotUsed() throws Exception {
        Tenant tenant = register("back", Limits.perDay(3));
        LeasedQuotaGate gate = gate("back");

        QuotaDecision decision = Requests.askPatiently(gate, tenant, 3);
        assertThat(decision).isInstanceOfSatisfying(QuotaDecision.Admitted.class, admitted -> {
            assertThat(admitted.closest().remaining()).isZero();
            admitted.admission().giveBack();
            admitted.admission().giveBack();
        });

        assertThat(Requests.askPatiently(gate, tenant, 3)).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Denied.class);
    }

    @Test
    void aFloodOfDeniedRequestsCostsNextToNoExchange() throws Exception {
        Tenant tenant = register("flood", Limits.perDay(1));
        AtomicInteger exchanges = new AtomicInteger();
        PostgresQuotaLedger real = database.ledger("flood");
        opened.add(real);
        LeasedQuotaGate gate = gate(wants -> {
            exchanges.incrementAndGet();
            return real.exchange(wants);
        });
        Requests requests = new Requests();
        requests.flood(gate, tenant, 1);
        Await.until(
                "the lease is settled",
                SOON,
                () -> database.number("SELECT cardinality(lease_keys) FROM quota_ledger WHERE tenant_id = 'flood'")
                        == 0);
        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Denied.class);
        int before = exchanges.get();

        requests.flood(gate, tenant, 100_000);

        assertThat(requests.denied).hasValue(100_000);
        assertThat(exchanges.get() - before).isLessThanOrEqualTo(2);
        assertThat(used("flood", QuotaWindow.DAY)).isEqualTo(1);
    }

    @Test
    void aNewPolicyEndsTheMemoryOfADenial() throws Exception {
        Tenant tenant = register("raised", Limits.perDay(1));
        LeasedQuotaGate gate = gate("raised");
        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Denied.class);

        database.setLimits("raised", PLENTY, PLENTY, 2, PLENTY);
        Tenant changed = Tenants.tenant("raised", Limits.perDay(2));

        assertThat(Requests.askPatiently(gate, changed, 1)).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(Requests.askPatiently(gate, changed, 1)).isInstanceOf(QuotaDecision.Denied.class);
    }

    @Test
    void aTenantWithoutLimitsIsUnavailable() throws Exception {
        LeasedQuotaGate gate = gate("nobody");

        Await.until("the reason is told", SOON, () -> {
            QuotaDecision decision = Requests.ask(gate, Tenants.tenant("nobody", Limits.perDay(1)), 1);
            return decision instanceof QuotaDecision.Unavailable unavailable
                    && unavailable.reason().contains("nobody");
        });
    }

    private Tenant register(String tenantId, Limits limits) throws SQLException {
        database.register(tenantId, limits.minute(), limits.hour(), limits.day(), limits.month());
        return Tenants.tenant(tenantId, limits);
    }

    private LeasedQuotaGate gate(String name) {
        PostgresQuotaLedger ledger = database.ledger(name);
        LeasedQuotaGate gate = gate(ledger);
        opened.add(ledger);
        return gate;
    }

    private LeasedQuotaGate gate(QuotaLedger ledger) {
        LedgerClock clock = new LedgerClock(InstantSource.system(), System::nanoTime);
        LeasedQuotaGate gate =
                new LeasedQuotaGate(ledger, clock, System::nanoTime, (tenant, state, route, endpoint) -> {});
        gate.start();
        opened.addFirst(gate);
        return gate;
    }

    private static void floodBoth(Requests requests, Tenant tenant, LeasedQuotaGate one, LeasedQuotaGate two, int count)
            throws InterruptedException {
        Thread other = Thread.ofVirtual().start(() -> {
            try {
                requests.flood(two, tenant, count);
            } catch (InterruptedException interrupted) {
                Thread.currentThread().interrupt();
            }
        });
        requests.flood(one, tenant, count);
        other.join();
    }

    private static long used(String tenantId, QuotaWindow window) throws SQLException {
        return database.number("SELECT current_value FROM tollgate.quota_usage('" + tenantId + "') WHERE quota_type = '"
                + window.quotaType() + "'");
    }
}
