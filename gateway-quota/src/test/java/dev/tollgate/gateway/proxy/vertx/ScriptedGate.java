package dev.tollgate.gateway.proxy.vertx;

import dev.tollgate.gateway.admission.Admission;
import dev.tollgate.gateway.admission.QuotaDecision;
import dev.tollgate.gateway.admission.QuotaGate;
import dev.tollgate.gateway.admission.QuotaState;
import dev.tollgate.gateway.tenant.Tenant;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/// Admits everything unless the test sets another decision; counts tokens.
final class ScriptedGate implements QuotaGate {

    static final QuotaState STATE = new QuotaState(
            "requests_per_day", 86_400, 100, 40, Duration.ofMillis(1_500), Instant.ofEpochSecond(1_800_000_000L));

    final AtomicInteger admitted = new AtomicInteger();
    final AtomicInteger committed = new AtomicInteger();
    final AtomicLong dbQueries = new AtomicLong();
    final AtomicInteger givenBack = new AtomicInteger();
    volatile @Nullable QuotaDecision next;
    volatile String routePolicy = "";

    @Override
    public void admit(
            Tenant tenant, String routePolicy, long cost, Executor eventLoop, Consumer<QuotaDecision> answer) {
        this.routePolicy = routePolicy;
        QuotaDecision scripted = next;
        if (scripted != null) {
            eventLoop.execute(() -> answer.accept(scripted));
            return;
        }
        admitted.incrementAndGet();
        answer.accept(new QuotaDecision.Admitted(new Admission() {
            @Override
            public long cost() {
                return cost;
            }

            @Override
            public QuotaState closest() {
                return STATE;
            }

            @Override
            public void commit() {
                committed.incrementAndGet();
            }

            @Override
            public void giveBack() {
                givenBack.incrementAndGet();
            }
        }));
    }

    @Override
    public void reportDbQueries(Tenant tenant, long count) {
        dbQueries.addAndGet(count);
    }
}
