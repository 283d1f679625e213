package dev.tollgate.bench;

import dev.tollgate.gateway.admission.LeasedQuotaGate;
import dev.tollgate.gateway.admission.LedgerClock;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.policy.Enforcement;
import dev.tollgate.gateway.policy.LedgerFallback;
import dev.tollgate.gateway.policy.QuotaPolicy;
import dev.tollgate.gateway.tenant.Tenant;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;
import org.openjdk.jmh.infra.Blackhole;

/// One decision about a request of one of 100,000 tenants, chosen by Zipf's law with exponent 1.1, over minute, hour,
/// day and month. The gate spends from a lease in memory; the other side is a Bucket4j bucket with the same four
/// limits, found by the same tenant id in a map.
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Warmup(iterations = 4, time = 2)
@Measurement(iterations = 6, time = 2)
@Fork(
        value = 2,
        jvmArgs = {"-Xmx768m", "-XX:+UseSerialGC"})
public class DecisionBenchmark {

    static final int TENANTS = 100_000;

    private static final double EXPONENT = 1.1;
    private static final long PER_MINUTE = 1_000_000_000L;

    /// The tenants in the order in which they ask: drawn once, then gone round.
    @State(Scope.Benchmark)
    public static class Arrivals {

        private final Tenant[] tenants = new Tenant[TENANTS];
        private final int[] order = ZipfOrder.draw(TENANTS, EXPONENT);
        private int next;

        @Setup(Level.Trial)
        public void makeTenants() {
            QuotaPolicy policy = new QuotaPolicy(
                    PER_MINUTE,
                    60 * PER_MINUTE,
                    1_440 * PER_MINUTE,
                    43_200 * PER_MINUTE,
                    Enforcement.ENFORCE,
                    LedgerFallback.FAIR_SHARE,
                    LedgerFallback.CLOSED);
            for (int i = 0; i < TENANTS; i++) {
                tenants[i] =
                        new Tenant("tenant-" + i, ZoneOffset.UTC, policy, Map.of(), PER_MINUTE, PER_MINUTE, Set.of());
            }
        }

        Tenant next() {
            next = (next + 1) % order.length;
            return tenants[order[next]];
        }
    }

    /// A gate that holds a lease for every tenant, longer and larger than the benchmark can use up.
    @State(Scope.Benchmark)
    public static class Gate {

        private static final int WAITING_MAX = 50;

        private static final AmpleLedger LEDGER = new AmpleLedger();

        private final LeasedQuotaGate gate = new LeasedQuotaGate(
                LEDGER,
                LEDGER,
                new LedgerClock(InstantSource.system(), System::nanoTime),
                System::nanoTime,
                new NoReserves());

        @Setup(Level.Trial)
        public void lendToEverybody(Arrivals arrivals) throws InterruptedException {
            gate.start();
            Semaphore waiting = new Semaphore(WAITING_MAX);
            for (Tenant tenant : arrivals.tenants) {
                waiting.acquire();
                admit(tenant, decision -> waiting.release());
            }
            waiting.acquire(WAITING_MAX);
        }

        void admit(Tenant tenant, Consumer<QuotaDecision> answer) {
            gate.admit(tenant, "", 1, Runnable::run, answer);
        }

        @TearDown(Level.Trial)
        public void close() {
            gate.close();
        }
    }

    /// Requires that every decision of the run admits.
    @State(Scope.Thread)
    public static class Answer implements Consumer<QuotaDecision> {

        private QuotaDecision.@Nullable Admitted last;

        @Override
        public void accept(QuotaDecision decision) {
            last = (QuotaDecision.Admitted) decision;
        }
    }

    /// Bucket4j's local buckets, one for each tenant.
    @State(Scope.Benchmark)
    public static class Buckets {

        private final ConcurrentMap<String, Bucket> buckets = new ConcurrentHashMap<>();

        @Setup(Level.Trial)
        public void make(Arrivals arrivals) {
            for (Tenant tenant : arrivals.tenants) {
                QuotaPolicy policy = tenant.policy();
                buckets.put(
                        tenant.tenantId(),
                        Bucket.builder()
                                .addLimit(limit -> limit.capacity(policy.requestsPerMinute())
                                        .refillGreedy(policy.requestsPerMinute(), Duration.ofMinutes(1)))
                                .addLimit(limit -> limit.capacity(policy.requestsPerHour())
                                        .refillGreedy(policy.requestsPerHour(), Duration.ofHours(1)))
                                .addLimit(limit -> limit.capacity(policy.requestsPerDay())
                                        .refillGreedy(policy.requestsPerDay(), Duration.ofDays(1)))
                                .addLimit(limit -> limit.capacity(policy.requestsPerMonth())
                                        .refillGreedy(policy.requestsPerMonth(), Duration.ofDays(30)))
                                .build());
            }
        }

        Bucket of(String tenantId) {
            return Objects.requireNonNull(buckets.get(tenantId));
        }
    }

    @Benchmark
    public void gate(Arrivals arrivals, Gate gate, Answer answer, Blackhole used) {
        gate.admit(arrivals.next(), answer);
        used.consume(answer.last);
    }

    /// What both others contain besides the decision: the choice of a tenant and reading its id, mostly waiting for
    /// memory. In the gateway the lookup of the key has just done that.
    @Benchmark
    public int choice(Arrivals arrivals) {
        return arrivals.next().tenantId().hashCode();
    }

    @Benchmark
    public boolean bucket4j(Arrivals arrivals, Buckets buckets) {
        return buckets.of(arrivals.next().tenantId()).tryConsume(1);
    }
}
