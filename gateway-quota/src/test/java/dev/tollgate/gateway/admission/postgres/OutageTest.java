package dev.tollgate.gateway.admission.postgres;

import static dev.tollgate.gateway.policy.LedgerFallback.CLOSED;
import static dev.tollgate.gateway.policy.LedgerFallback.FAIR_SHARE;
import static dev.tollgate.gateway.policy.LedgerFallback.OPEN;
import static org.assertj.core.api.Assertions.assertThat;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.admission.GateFixture;
import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.Limits;
import dev.tollgate.gateway.admission.MemoryReserveStore;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.Requests;
import dev.tollgate.gateway.admission.Tenants;
import dev.tollgate.gateway.admission.file.ReserveFile;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.tenant.Tenant;
import dev.tollgate.testing.Await;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// Gates whose PostgreSQL hangs, as after SIGSTOP, is slow, and comes back.
final class OutageTest {

    private static final Duration SOON = Duration.ofSeconds(20);

    /// The promise is 50 ms; the rest is what a busy machine may add before a thread runs.
    private static final long ANSWER_MS_MAX = 50 + 250;

    @SuppressWarnings("NullAway.Init") // set before all tests
    private static GatewayDatabase database;

    private final GateFixture fixture = new GateFixture(database);

    @TempDir
    @SuppressWarnings("NullAway.Init") // set by JUnit
    private Path folder;

    @BeforeAll
    static void createDatabase() {
        database = GatewayDatabase.create();
    }

    @AfterEach
    void close() throws Exception {
        fixture.close();
    }

    @Test
    void eachPolicyAdmitsWhatItSaysAndTheLedgerLearnsOfIt() throws Exception {
        Tenant open = register("open", new Limits(5, 50_000, 50_000, 50_000), OPEN, OPEN);
        Tenant share = register("share", new Limits(60, 50_000, 50_000, 50_000), FAIR_SHARE, FAIR_SHARE);
        Tenant usual = register("usual", new Limits(5_000, 50_000, 50_000, 50_000), FAIR_SHARE, CLOSED);
        Tenant closed = register("closed", new Limits(5_000, 50_000, 50_000, 50_000), CLOSED, CLOSED);
        LeasedQuotaGate gate = fixture.gate(new MemoryReserveStore());
        Requests requests = new Requests();
        requests.flood(gate, share, 20);
        Await.until("a busy tenant has a reserve", SOON, () -> {
            requests.flood(gate, usual, 1);
            return reserved("usual", "") > 0;
        });
        long before = requests.admitted.get() - 20;
        Await.until("all leases are settled", SOON, () -> outstanding() == 0);
        fixture.cut(gate);

        assertThat(admitted(gate, open, 30)).isEqualTo(30);
        assertThat(admitted(gate, share, 100)).as("60 less 20").isEqualTo(40);
        assertThat(Requests.ask(gate, share, 1)).isInstanceOf(QuotaDecision.Denied.class);
        long ofReserve = admitted(gate, usual, 1_000);
        assertThat(ofReserve).as("half of the reserve").isEqualTo((reserved("usual", "") + 1) / 2);
        assertThat(Requests.ask(gate, usual, 1)).isInstanceOf(QuotaDecision.Unavailable.class);
        assertThat(admitted(gate, closed, 5)).isZero();
        fixture.network().pass();

        awaitUsed("open", "", 30);
        awaitUsed("share", "", 60);
        awaitUsed("usual", "", before + ofReserve);
        assertThat(used("closed", "", "requests_per_day")).isZero();
        assertThat(Requests.askPatiently(gate, closed, 1)).isInstanceOf(QuotaDecision.Admitted.class);
    }

    @Test
    void theNextProcessSpendsTheOtherHalfOfAReserveOnce() throws Exception {
        Tenant tenant = register("heir", new Limits(5_000, 50_000, 50_000, 50_000), FAIR_SHARE, CLOSED);
        LeasedQuotaGate first = fixture.gate(new ReserveFile(folder));
        Requests requests = new Requests();
        Path file = folder.resolve(ReserveFile.NAME);
        Await.until("the reserve is listed", SOON, () -> {
            requests.flood(first, tenant, 1);
            return reserved("heir", "") > 0
                    && Files.exists(file)
                    && Files.readString(file).contains("heir");
        });
        Await.until("all leases are settled", SOON, () -> outstanding() == 0);
        long reserve = reserved("heir", "");
        fixture.cut(first);
        long ofFirst = admitted(first, tenant, 1_000);
        byte[] whenKilled = Files.readAllBytes(file);
        first.close();
        Files.write(file, whenKilled);

        LeasedQuotaGate second = fixture.gate(new ReserveFile(folder));
        assertThat(file).doesNotExist();
        long ofSecond = admitted(second, tenant, 1_000);
        LeasedQuotaGate third = fixture.gate(new ReserveFile(folder));
        assertThat(admitted(third, tenant, 1))
                .as("what a killed process left is used once")
                .isZero();
        fixture.network().pass();

        assertThat(ofFirst).isEqualTo((reserve + 1) / 2);
        assertThat(ofSecond).isEqualTo(reserve / 2);
        Await.until(
                "day and month know of both halves",
                SOON,
                () -> used("heir", "", "requests_per_day") - reserved("heir", "") == requests.admitted.get() + reserve);
        assertThat(used("heir", "", "requests_per_hour"))
                .as("what the killed process used of minute and hour died with it")
                .isBetween(requests.admitted.get() + reserve / 2, requests.admitted.get() + reserve);
        // A gateway that lives may set aside anew.
        second.close();
        third.close();
        Await.until("every reserve is back", SOON, () -> reserved("heir", "") == 0);
    }

    @Test
    void aCleanStopWithoutTheLedgerLeavesItsUsesToTheNextProcess() throws Exception {
        Tenant tenant = register("stopped", new Limits(5_000, 50_000, 50_000, 50_000), OPEN, OPEN);
        LeasedQuotaGate first = fixture.gate(new ReserveFile(folder));
        fixture.cut(first);
        assertThat(admitted(first, tenant, 7)).isEqualTo(7);
        first.reportDbQueries(tenant, 11);
        first.close();

        LeasedQuotaGate second = fixture.gate(new ReserveFile(folder));
        fixture.network().pass();

        awaitUsed("stopped", "", 7);
        Await.until("the queries are booked", SOON, () -> used("stopped", "", "db_queries_per_hour") == 11);
        second.close();
        assertThat(new ReserveFile(folder).take().rows()).isEmpty();
    }

    @Test
    void noRequestWaitsLongForASlowLedger() throws Exception {
        Tenant tenant = register("slow", new Limits(5_000, 50_000, 50_000, 50_000), CLOSED, CLOSED);
        database.execute("SELECT tollgate.set_route_policy('slow', '{\"requests_per_day\": 40000}', 'test')");
        Tenant both = Tenants.withRoutePolicy(tenant, "slow", Tenants.policy(Limits.perDay(40_000), CLOSED, CLOSED));
        LeasedQuotaGate gate = fixture.gate(new MemoryReserveStore());
        fixture.network().latency(Duration.ofMillis(16));
        AtomicLong passed = new AtomicLong();
        Await.until("a slow ledger is not away", SOON, () -> {
            long sent = System.nanoTime();
            QuotaDecision decision = Requests.ask(gate, both, "slow", 1);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent)).isLessThanOrEqualTo(ANSWER_MS_MAX);
            return Requests.commit(decision) && passed.incrementAndGet() == 20;
        });
        fixture.network().pass();

        awaitUsed("slow", "", 20);
        awaitUsed("slow", "slow", 20);
    }

    @Test
    void databaseQueriesStopATenantUntilOneIsFree() throws Exception {
        Tenant tenant = Tenants.withDbQueries(
                register("queries", new Limits(5_000, 50_000, 50_000, 50_000), CLOSED, CLOSED), 20);
        database.execute("UPDATE tenant_quotas SET db_queries_per_hour = 20 WHERE tenant_id = 'queries'");
        LeasedQuotaGate gate = fixture.gate(new MemoryReserveStore());
        LeasedQuotaGate other = fixture.gate(new MemoryReserveStore());
        assertThat(Requests.commit(Requests.askPatiently(gate, tenant, 1))).isTrue();
        other.reportDbQueries(tenant, 1);
        gate.reportDbQueries(tenant, 25);

        Await.until("every gateway knows", SOON, () -> isOutOfQueries(gate, tenant) && isOutOfQueries(other, tenant));
        assertThat(Requests.ask(gate, tenant, 1)).isInstanceOfSatisfying(QuotaDecision.Denied.class, denied -> {
            assertThat(denied.exhausted().current())
                    .as("before or after the other one's")
                    .isBetween(25L, 26L);
            assertThat(denied.retryAfter()).isBetween(Duration.ofMinutes(59), Duration.ofMinutes(61));
        });
        fixture.cut(gate);
        assertThat(isOutOfQueries(gate, tenant)).as("its last word holds").isTrue();
        gate.reportDbQueries(tenant, 4);
        fixture.network().pass();

        Await.until("what came in meanwhile is booked", SOON, () -> used("queries", "", "db_queries_per_hour") == 30);
        Tenant raised = Tenants.withDbQueries(tenant, 1_000);
        assertThat(Requests.commit(Requests.askPatiently(gate, raised, 1))).isTrue();
    }

    private static boolean isOutOfQueries(LeasedQuotaGate gate, Tenant tenant) throws Exception {
        QuotaDecision decision = Requests.ask(gate, tenant, 1);
        Requests.commit(decision);
        return decision instanceof QuotaDecision.Denied denied
                && denied.exhausted().quota().equals("db_queries_per_hour");
    }

    /// How many of so many requests pass; each is answered in time, and sent.
    private static long admitted(LeasedQuotaGate gate, Tenant tenant, int requests) throws Exception {
        long count = 0;
        for (int i = 0; i < requests; i++) {
            long sent = System.nanoTime();
            QuotaDecision decision = Requests.ask(gate, tenant, 1);
            assertThat(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - sent)).isLessThanOrEqualTo(ANSWER_MS_MAX);
            if (decision instanceof QuotaDecision.Admitted(Admission admission)) {
                admission.commit();
                count++;
            }
        }
        return count;
    }

    private static Tenant register(String tenantId, Limits limits, LedgerFallback sliding, LedgerFallback calendar)
            throws SQLException {
        database.register(tenantId, limits.minute(), limits.hour(), limits.day(), limits.month());
        return Tenants.withPolicy(tenantId, Tenants.policy(limits, sliding, calendar));
    }

    /// The day has exactly so many, beside what reserves hold of it, and so has the hour if it is limited.
    private static void awaitUsed(String tenantId, String policy, long tokens) {
        Await.until(
                tenantId + " has used " + tokens + " of the day",
                SOON,
                () -> used(tenantId, policy, "requests_per_day") - reserved(tenantId, policy) == tokens);
        Await.until(
                tenantId + " has used " + tokens,
                SOON,
                () -> !policy.isEmpty() || used(tenantId, policy, "requests_per_hour") == tokens);
    }

    private static long used(String tenantId, String policy, String quota) throws SQLException {
        return database.number("SELECT coalesce(max(current_value), 0) FROM tollgate.quota_usage('" + tenantId
                + "') WHERE policy = '" + policy + "' AND quota_type = '" + quota + "'");
    }

    private static long reserved(String tenantId, String policy) throws SQLException {
        return database.number("SELECT coalesce(sum(tokens), 0) FROM quota_reserves WHERE tenant_id = '" + tenantId
                + "' AND policy = '" + policy + "'");
    }

    private static long outstanding() throws SQLException {
        return database.number("SELECT coalesce(sum(cardinality(lease_keys)), 0) FROM quota_ledger");
    }
}
