package dev.tollgate.gateway.admission.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.Limits;
import dev.tollgate.gateway.admission.MemoryReserveStore;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaLedger;
import dev.tollgate.gateway.admission.QuotaWindow;
import dev.tollgate.gateway.admission.Requests;
import dev.tollgate.gateway.admission.Tenants;
import dev.tollgate.gateway.admission.UsageLedger;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.testing.Await;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
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
    void threeGatewaysUseAWholeDayInSpiteOfTheirReserves() throws Exception {
        int limit = 5_000;
        Tenant tenant = register("reserved", Limits.perDay(limit));
        List<LeasedQuotaGate> gates = List.of(gate("one-of-3"), gate("two-of-3"), gate("three-of-3"));
        Requests requests = new Requests();
        Await.until("each has had leases", SOON, () -> {
            for (LeasedQuotaGate gate : gates) {
                requests.flood(gate, tenant, 30);
            }
            return database.number("SELECT count(*) FROM quota_reserves WHERE tenant_id = 'reserved'") == 3;
        });

        Await.until("the limit is used up", SOON, () -> {
            for (LeasedQuotaGate gate : gates) {
                requests.flood(gate, tenant, 200);
            }
            return requests.admitted.get() >= limit;
        });

        assertThat(requests.admitted).hasValue(limit);
        assertThat(database.number("SELECT count(*) FROM quota_reserves WHERE tenant_id = 'reserved'"))
                .isZero();
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
            assertThat(denied.exhausted().quota()).isEqualTo("requests_per_minute");
            assertThat(denied.exhausted().remaining()).isZero();
            assertThat(denied.retryAfter()).isBetween(Duration.ofSeconds(40), Duration.ofSeconds(64));
        });
    }

    @Test
    void aRestartKeepsTheCountersAndReturnsUnusedTokens() throws Exception {
        Tenant tenant = register("restart", Limits.perDay(50));
        LeasedQuotaGate before = gate("before");
        for (int i = 0; i < 3; i++) {
            assertThat(Requests.commit(Requests.askPatiently(before, tenant, 5)))
                    .isTrue();
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
            assertThat(admitted.admission().closest().remaining()).isZero();
            admitted.admission().giveBack();
            admitted.admission().giveBack();
        });

        assertThat(Requests.askPatiently(gate, tenant, 3)).isInstanceOf(QuotaDecision.Admitted.class);
        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Denied.class);
    }

    @Test
    void tokensOfAFailedConnectReturnLongAfterTheirLeaseEnded() throws Exception {
        Tenant tenant = register("late", Limits.perDay(100));
        LeasedQuotaGate gate = gate("late");
        QuotaDecision decision = Requests.askPatiently(gate, tenant, 3);
        Instant sent = database.now();
        Await.until("a connect timeout has passed", SOON, () -> database.now().isAfter(sent.plusSeconds(3)));
        assertThat(used("late", QuotaWindow.MINUTE)).isGreaterThanOrEqualTo(3);

        ((QuotaDecision.Admitted) decision).admission().giveBack();

        for (QuotaWindow window : QuotaWindow.values()) {
            Await.until("the " + window + " is empty", SOON, () -> used("late", window) == 0);
        }
    }

    @Test
    void aRouteOfAPolicyTakesFromBothRowsOrFromNone() throws Exception {
        database.execute("SELECT tollgate.set_route_policy('search', '{\"requests_per_day\": 3}', 'test')");
        QuotaPolicy ofRoute = Tenants.policy(
                new Limits(QuotaPolicy.UNLIMITED, QuotaPolicy.UNLIMITED, 3, QuotaPolicy.UNLIMITED),
                Enforcement.ENFORCE);
        Tenant tenant = Tenants.withRoutePolicy(register("routed", Limits.perDay(5)), "search", ofRoute);
        LeasedQuotaGate gate = gate("routed");
        for (int i = 0; i < 3; i++) {
            assertThat(Requests.commit(Requests.askPatiently(gate, tenant, "search", 1)))
                    .isTrue();
        }

        assertThat(Requests.askPatiently(gate, tenant, "search", 1))
                .isInstanceOfSatisfying(
                        QuotaDecision.Denied.class,
                        denied -> assertThat(denied.exhausted().quota()).isEqualTo("search.requests_per_day"));
        Await.until("a denial has taken nothing", SOON, () -> used("routed", QuotaWindow.DAY) == 3);
        assertThat(Requests.commit(Requests.askPatiently(gate, tenant, 2))).isTrue();
        database.execute("SELECT tollgate.set_route_policy('search', '{\"requests_per_day\": 9}', 'test')");
        Tenant raised =
                Tenants.withRoutePolicy(tenant, "search", Tenants.policy(Limits.perDay(9), Enforcement.ENFORCE));
        assertThat(Requests.askPatiently(gate, raised, "search", 1))
                .isInstanceOfSatisfying(
                        QuotaDecision.Denied.class,
                        denied -> assertThat(denied.exhausted().quota()).isEqualTo("requests_per_day"));
        Await.until("nor has one of the tenant's own quota", SOON, () -> usedOnRoute("routed", "search") == 3);
    }

    @Test
    void aWatchedRowStopsNothingAndTheOtherMay() throws Exception {
        database.execute("SELECT tollgate.set_route_policy('watched', '{\"requests_per_day\": 1}', 'test')");
        Tenant tenant = Tenants.withRoutePolicy(
                register("half", Limits.perDay(3)), "watched", Tenants.policy(Limits.perDay(1), Enforcement.SHADOW));
        LeasedQuotaGate gate = gate("half");

        for (int i = 0; i < 3; i++) {
            assertThat(Requests.commit(Requests.askPatiently(gate, tenant, "watched", 1)))
                    .isTrue();
        }
        assertThat(Requests.askPatiently(gate, tenant, "watched", 1)).isInstanceOf(QuotaDecision.Denied.class);
    }

    @Test
    void aMillionDeniedRequestsCostNextToNoExchange() throws Exception {
        Tenant tenant = register("flood", Limits.perDay(1));
        AtomicInteger exchanges = new AtomicInteger();
        PostgresQuotaLedger real = database.ledger("flood");
        opened.add(real);
        LeasedQuotaGate gate = gate(
                wants -> {
                    exchanges.incrementAndGet();
                    return real.exchange(wants);
                },
                real);
        assertThat(Requests.commit(Requests.askPatiently(gate, tenant, 1))).isTrue();
        Await.until(
                "the lease is settled",
                SOON,
                () -> database.number("SELECT cardinality(lease_keys) FROM quota_ledger WHERE tenant_id = 'flood'")
                        == 0);
        assertThat(Requests.askPatiently(gate, tenant, 1)).isInstanceOf(QuotaDecision.Denied.class);
        int before = exchanges.get();
        Requests requests = new Requests();

        requests.flood(gate, tenant, 1_000_000);

        assertThat(requests.denied).hasValue(1_000_000);
        assertThat(exchanges.get() - before).isLessThanOrEqualTo(20);
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
        LeasedQuotaGate gate = gate(ledger, ledger);
        opened.add(ledger);
        return gate;
    }

    private LeasedQuotaGate gate(QuotaLedger ledger, UsageLedger usage) {
        LedgerClock clock = new LedgerClock(InstantSource.system(), System::nanoTime);
        LeasedQuotaGate gate = new LeasedQuotaGate(ledger, usage, clock, System::nanoTime, new MemoryReserveStore());
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
        return database.number("SELECT current_value FROM tollgate.quota_usage('" + tenantId
                + "') WHERE policy = '' AND quota_type = '" + window.quotaType() + "'");
    }

    private static long usedOnRoute(String tenantId, String policy) throws SQLException {
        return database.number("SELECT current_value FROM tollgate.quota_usage('" + tenantId + "') WHERE policy = '"
                + policy + "' AND quota_type = 'requests_per_day'");
    }
}
